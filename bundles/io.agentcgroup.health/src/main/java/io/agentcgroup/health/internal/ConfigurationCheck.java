package io.agentcgroup.health.internal;

import io.agentcgroup.api.config.SettingFaults;
import java.util.List;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Is what the operator wrote understood? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=configuration", HealthCheck.TAGS + "=agentcgroup"})
public final class ConfigurationCheck implements HealthCheck {

    /** Who counts hundreds of mistakes has another file in the place of this one. */
    private static final int MOST = 5;

    private final SettingFaults faults;

    @Activate
    public ConfigurationCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) SettingFaults faults) {
        this.faults = faults;
    }

    @Override
    public Result execute() {
        List<String> found = faults == null ? List.of() : faults.faults();
        FormattingResultLog log = new FormattingResultLog();
        found.stream().limit(MOST).forEach(fault -> log.warn("{}", fault));
        if (found.size() > MOST) {
            log.warn("and {} more", found.size() - MOST);
        }
        if (found.isEmpty()) {
            log.info("every setting is understood");
        }
        return new Result(log);
    }
}
