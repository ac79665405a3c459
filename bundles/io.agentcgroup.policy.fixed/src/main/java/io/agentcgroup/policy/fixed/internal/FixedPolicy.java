package io.agentcgroup.policy.fixed.internal;

import static io.agentcgroup.api.Quantity.percentOf;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Intent to limits by plain arithmetic; nothing waits, nothing changes while a call runs. */
@Component(configurationPid = FixedPolicy.PID, property = "agentcgroup.policy=" + FixedPolicy.NAME)
@Designate(ocd = FixedPolicy.Config.class)
public final class FixedPolicy implements AdaptivePolicy {

    static final String PID = "io.agentcgroup.policy.fixed";
    static final String NAME = "fixed";

    /** Configuration of the fixed policy. */
    @ObjectClassDefinition(name = "AgentCgroup policy: fixed",
            description = "Turns what a tool call is expected to need into limits by plain arithmetic.")
    @interface Config {

        @AttributeDefinition(name = "Headroom (percent)", min = "0", max = "1000",
                description = "Added to the memory that a call is expected to need, because expectations are a little off. 0 to 1000.")
        int headroom_percent() default 25;

        @AttributeDefinition(name = "Least memory",
                description = "No call gets less, whatever was declared: a shell, an interpreter and their libraries must start.")
        String floor_memory() default "64m";

        @AttributeDefinition(name = "Memory of unknown commands",
                description = "What a call gets when nobody knows what it needs: most bursts of agents' commands stay below 2 GiB.")
        String default_memory() default "2g";

        @AttributeDefinition(name = "Soft limit (percent of the hard one)", min = "0", max = "100",
                description = "memory.high in percent of memory.max; 0 is off. Without swap a soft limit only stalls anonymous memory, so it is off.")
        int high_percent() default 0;

        @AttributeDefinition(name = "Swap (percent of the memory limit)", min = "0", max = "100",
                description = "memory.swap.max in percent of memory.max: how much of a call may be swapped out. 0 to 100.")
        int swap_percent() default 100;

        @AttributeDefinition(name = "Processes and threads", min = "1",
                description = "pids.max of a call that does not say otherwise: room for a parallel build, an end for a fork bomb.")
        int pids_max() default 512;

        @AttributeDefinition(name = "CPU weight, high priority", min = "1", max = "10000", description = "cpu.weight of calls of high-priority sessions, 1 to 10000.")
        int cpu_weight_high() default 300;

        @AttributeDefinition(name = "CPU weight, normal priority", min = "1", max = "10000", description = "cpu.weight of calls of normal sessions, 1 to 10000.")
        int cpu_weight_normal() default 100;

        @AttributeDefinition(name = "CPU weight, low priority", min = "1", max = "10000", description = "cpu.weight of calls of low-priority sessions, 1 to 10000.")
        int cpu_weight_low() default 30;

        @AttributeDefinition(name = "Cap the CPU",
                description = "Whether the declared CPU is also a limit (cpu.max). Off: an idle CPU helps nobody, and the weights share a busy one.")
        boolean cpu_cap() default false;
    }

    private final Settings settings;

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public FixedPolicy(Config config) {
        settings = Settings.of(config);
    }

    /**
     * Without a framework, for simulators and tests.
     *
     * @param properties as an operator sets them, such as {@code headroom.percent} to 50; all others are the defaults
     * @throws IllegalArgumentException if a value makes no sense
     */
    public static FixedPolicy configured(Map<String, Object> properties) {
        return new FixedPolicy(Configuration.of(Config.class, properties));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        Intent intent = request.intent();
        MemoryShare memory = MemoryShare.of(intent, request.session().ceilingBytes(request.state().host()), settings);
        Limits.Builder limits = Limits.builder()
                .memoryMaxBytes(memory.bytes())
                .swapMaxBytes(percentOf(memory.bytes(), settings.swapPercent()))
                .oomGroup(true)
                .cpuWeight(settings.cpuWeights().of(request.session().session().priority()))
                .pidsMax(pids(intent, request.session().session()));
        if (settings.highPercent() > 0) {
            limits.memoryHighBytes(percentOf(memory.bytes(), settings.highPercent()));
        }
        if (settings.cpuCap() && intent.cpuCores().isPresent()) {
            limits.cpuMax(CpuMax.ofCores(intent.cpuCores().getAsDouble()));
        }
        return Decision.admit(new Grant(limits.build(), intent.placement().orElse(Placement.CALL), NAME, memory.reason()));
    }

    private long pids(Intent intent, Session session) {
        return Math.min(intent.pidsMax().orElse(settings.pidsMax()), session.pidsBudget().orElse(Long.MAX_VALUE));
    }
}
