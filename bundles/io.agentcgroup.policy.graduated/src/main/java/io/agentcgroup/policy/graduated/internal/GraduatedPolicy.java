package io.agentcgroup.policy.graduated.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Slower before ended: calls wait at the gate for room, and under pressure those that matter less stand back in turn. */
@Component(configurationPid = GraduatedPolicy.PID, property = {"service.ranking:Integer=100", "agentcgroup.policy=" + GraduatedPolicy.NAME})
@Designate(ocd = GraduatedPolicy.Config.class)
public final class GraduatedPolicy implements AdaptivePolicy {

    static final String PID = "io.agentcgroup.policy.graduated";
    static final String NAME = "graduated";

    /** Configuration of the graduated policy. */
    @ObjectClassDefinition(name = "AgentCgroup policy: graduated",
            description = "Lets calls wait for room, and under pressure holds back those that matter less before any is ended.")
    @interface Config {

        @AttributeDefinition(name = "Headroom (percent)", min = "0", max = "1000",
                description = "Added to the memory that a call is expected to need, because expectations are a little off. 0 to 1000.")
        int headroom_percent() default 25;

        @AttributeDefinition(name = "Least memory",
                description = "No call gets less, whatever was declared: a shell, an interpreter and their libraries must start.")
        String floor_memory() default "64m";

        @AttributeDefinition(name = "Memory of unknown commands",
                description = "What counts at the gate for a call of which nothing is known; most commands of agents stay below.")
        String unknown_memory() default "128m";

        @AttributeDefinition(name = "Hard limit of unknown commands",
                description = "Where a call of which nothing is known ends: most bursts of agents' commands stay below 2 GiB.")
        String unknown_limit() default "2g";

        @AttributeDefinition(name = "Hard limit (percent of what is expected)", min = "100", max = "10000",
                description = "Where a call ends, as far as the session's budget goes: a wrong expectation slows down, a runaway is ended. 100 to 10000.")
        int hard_percent() default 400;

        @AttributeDefinition(name = "Soft limit",
                description = "Whether calls that are not of high priority are slowed down at what they were expected to need, until it is decided"
                        + " whether there is room for more.")
        boolean soft() default true;

        @AttributeDefinition(name = "Swap (percent of the hard limit)", min = "0", max = "100",
                description = "memory.swap.max in percent of memory.max: how much of a call may be swapped out. 0 to 100.")
        int swap_percent() default 100;

        @AttributeDefinition(name = "Over-commit (percent)", min = "100", max = "10000",
                description = "What running calls are expected to need together may be so much of the budget, of the host and of a session: not all"
                        + " peaks come at once. 100 to 10000.")
        int overcommit_percent() default 150;

        @AttributeDefinition(name = "Longest wait (seconds)", min = "1", max = "3600", description = "A call waits so long for room, then it starts with less.")
        int wait_most_s() default 60;

        @AttributeDefinition(name = "Margin (percent)", min = "0", max = "50",
                description = "What of a budget is left free for the kernel and for what grows between two looks. 0 to 50.")
        int margin_percent() default 2;

        @AttributeDefinition(name = "Turns (percent)", min = "0", max = "50",
                description = "With less than that left of a budget, calls that grow take turns. 0 to 50.")
        int turns_percent() default 10;

        @AttributeDefinition(name = "Growth kept free (percent)", min = "0", max = "1000",
                description = "By how much a call of which nothing is known and that goes first is expected to grow yet; kept free of the others. 0 to 1000.")
        int growth_percent() default 60;

        @AttributeDefinition(name = "Freeze (milliseconds)", min = "10", max = "600000", description = "A call is stopped for so long at once; then it runs for a moment.")
        int freeze_ms() default 2000;

        @AttributeDefinition(name = "Told after (seconds)", min = "1", max = "3600",
                description = "A call that was held back for so long in all tells its agent; again after twice that, and so on.")
        int told_s() default 10;

        @AttributeDefinition(name = "Stuck at most (seconds)", min = "1", max = "3600",
                description = "A call that needs more than was expected of it while the rest of its session's budget is promised to other calls is slowed"
                        + " down for so long in all; then it has to do with its limit.")
        int stuck_most_s() default 15;

        @AttributeDefinition(name = "Held at most (seconds)", min = "1", max = "86400",
                description = "A call that was held back for so long in all, and for which there is still no room, is ended.")
        int held_most_s() default 120;

        @AttributeDefinition(name = "Processes and threads", min = "1",
                description = "pids.max of a call that does not say otherwise: room for a parallel build, an end for a fork bomb.")
        int pids_max() default 512;

        @AttributeDefinition(name = "CPU weight, high priority", min = "1", max = "10000", description = "cpu.weight of calls of high-priority sessions, 1 to 10000.")
        int cpu_weight_high() default 300;

        @AttributeDefinition(name = "CPU weight, normal priority", min = "1", max = "10000", description = "cpu.weight of calls of normal sessions, 1 to 10000.")
        int cpu_weight_normal() default 100;

        @AttributeDefinition(name = "CPU weight, low priority", min = "1", max = "10000", description = "cpu.weight of calls of low-priority sessions, 1 to 10000.")
        int cpu_weight_low() default 30;
    }

    private final Settings settings;

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public GraduatedPolicy(Config config) {
        settings = Settings.of(config);
    }

    /**
     * Without a framework, for simulators and tests.
     *
     * @param properties as an operator sets them, such as {@code overcommit.percent} to 200; all others are the defaults
     * @throws IllegalArgumentException if a value makes no sense
     */
    public static GraduatedPolicy configured(Map<String, Object> properties) {
        return new GraduatedPolicy(Configuration.of(Config.class, properties));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        return new Entrance(settings, request).decide();
    }

    @Override
    public List<Action> react(Pressure pressure, PolicyState state) {
        return new Reaction(settings, pressure, state).actions();
    }
}
