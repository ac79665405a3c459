package io.agentcgroup.health.internal;

import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.Plugins;
import java.util.List;
import java.util.Locale;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Is everybody asked who should be? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=plug-ins", HealthCheck.TAGS + "=agentcgroup"})
public final class PluginsCheck implements HealthCheck {

    private final Plugins plugins;

    @Activate
    public PluginsCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Result execute() {
        List<PluginStatus> all = plugins == null ? List.of() : plugins.plugins();
        FormattingResultLog log = new FormattingResultLog();
        all.stream().filter(one -> one.fenced().isPresent()).forEach(one -> log.warn(
                "{} {} is not asked any more since {}: {}. Start its bundle anew, or replace it", one.kind().name().toLowerCase(Locale.ROOT), one.name(),
                one.fenced().get(), one.lastFault().orElse("no reason known")));
        if (plugins != null && all.stream().noneMatch(one -> one.kind() == PluginStatus.Kind.POLICY && one.inUse())) {
            log.warn("no policy can be asked, the engine's own safe grant decides");
        }
        log.info("{} policies and intent providers, {} in use", all.size(), all.stream().filter(PluginStatus::inUse).count());
        return new Result(log);
    }
}
