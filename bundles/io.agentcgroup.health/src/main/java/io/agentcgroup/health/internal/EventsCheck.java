package io.agentcgroup.health.internal;

import io.agentcgroup.api.enforce.KernelAccounts;
import java.util.Map;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Does everything arrive that the kernel tells? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=kernel events", HealthCheck.TAGS + "=agentcgroup"})
public final class EventsCheck implements HealthCheck {

    private static final String SENT = "kernel_events_sent_total";
    private static final String LOST = "kernel_events_lost_total";
    private static final String MAP_FULL = "kernel_map_full_total";

    private final KernelAccounts accounts;

    @Activate
    public EventsCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) KernelAccounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        Map<String, Long> counters = accounts == null ? Map.of() : accounts.counters();
        long lost = counters.getOrDefault(LOST, 0L);
        long full = counters.getOrDefault(MAP_FULL, 0L);
        if (lost > 0) {
            log.warn("{} events found the ring full and are lost, since the programs were loaded: reactions may have come late", lost);
        }
        if (full > 0) {
            log.warn("{} times a map in the kernel was full: not every task is accounted for", full);
        }
        log.info(counters.isEmpty() ? "nothing counts in the kernel here" : "{} events, none lost", counters.getOrDefault(SENT, 0L));
        return new Result(log);
    }
}
