package io.agentcgroup.health.internal;

import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.TierInForce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Are the eBPF programs attached that the tier stands on? Before the first session nothing needs to be. */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=eBPF programs", HealthCheck.TAGS + "=agentcgroup"})
public final class ProgramsCheck implements HealthCheck {

    private static final Path SCHEDULER = Path.of("/sys/kernel/sched_ext");
    /** How our scheduler calls itself, {@code bpf/programs/sched_ops.bpf.h}. */
    private static final String OURS = "agentcgroup";
    /** Where the tier {@code memcg-bpf} pins what it attaches to sessions. */
    private static final String MEMCG_PINS = "memcgops";

    private final Tier tier;
    private final boolean needed;
    private final BpfLoader loader;
    private final KernelAccounts accounts;
    private final Path scheduler;

    @Activate
    public ProgramsCheck(@Reference List<Enforcer> enforcers,
            @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL) Map<String, Object> engine,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) Sessions sessions,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) BpfLoader loader,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) KernelAccounts accounts) {
        this(TierInForce.of(enforcers, engine).tier(), sessions != null && !sessions.list().isEmpty(), loader, accounts, SCHEDULER);
    }

    /** @param needed whether there are sessions for which something would have to be attached */
    ProgramsCheck(Tier tier, boolean needed, BpfLoader loader, KernelAccounts accounts, Path scheduler) {
        this.tier = tier;
        this.needed = needed;
        this.loader = loader;
        this.accounts = accounts;
        this.scheduler = scheduler;
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        if (tier.compareTo(Tier.SCHED_EXT) > 0) {
            log.info("tier {} needs none", tier.label());
        } else if (!needed) {
            log.info("attached with the first session");
        } else {
            attached(log);
        }
        if (accounts == null || !accounts.capability().available()) {
            String why = accounts == null ? "the accounting is not installed" : accounts.capability().reason();
            if (tier.compareTo(Tier.SCHED_EXT) > 0) {
                log.info("no accounting in the kernel: {}", why);
            } else {
                log.warn("no accounting in the kernel: {}", why);
            }
        }
        return new Result(log);
    }

    private void attached(FormattingResultLog log) {
        if (tier == Tier.MEMCG_BPF && (loader == null || loader.pins().list(MEMCG_PINS).isEmpty())) {
            log.critical("tier {} is in force, but its programs are on no session; bounded by control files alone", tier.label());
        }
        String ops = schedulerNow();
        if (!ops.equals(OURS) && tier == Tier.SCHED_EXT) {
            log.critical("tier {} is in force, but the kernel's BPF scheduler is {}; bounded by control files alone", tier.label(), ops);
        } else {
            log.info("attached; the kernel's BPF scheduler is {}", ops);
        }
    }

    /** A pin outlives a scheduler that the kernel has thrown out; the kernel itself does not lie. */
    private String schedulerNow() {
        try {
            return Files.readString(scheduler.resolve("root/ops")).strip();
        } catch (IOException e) {
            // The file is there as long as a scheduler is.
            return "none";
        }
    }
}
