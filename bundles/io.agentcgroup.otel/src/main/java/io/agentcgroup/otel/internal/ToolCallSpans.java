package io.agentcgroup.otel.internal;

import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.TierInForce;
import io.agentcgroup.api.journal.OutcomeListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** A span for each call that ended. Without an endpoint nothing of OpenTelemetry is loaded, and there is no thread. */
@Component(service = OutcomeListener.class, configurationPid = ToolCallSpans.PID)
@Designate(ocd = OtelConfig.class)
public final class ToolCallSpans implements OutcomeListener {

    static final String PID = "io.agentcgroup.otel";

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final List<Enforcer> enforcers = new CopyOnWriteArrayList<>();

    @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Map<String, Object> engineProperties;

    private final Tracing tracing;

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public ToolCallSpans(OtelConfig config, BundleContext context) {
        this(config, context.getBundle().getVersion().toString());
    }

    ToolCallSpans(OtelConfig config, String version) {
        tracing = config.endpoint().isBlank() ? null : new Tracing(Settings.of(config), version);
    }

    @Override
    public void ended(Outcome outcome) {
        if (tracing != null) {
            tracing.add(outcome, TierInForce.of(enforcers, engineProperties).tier());
        }
    }

    /** @return how many spans were given up since they last arrived */
    long lost() {
        return tracing == null ? 0 : tracing.lost();
    }

    @Deactivate
    void close() {
        if (tracing != null) {
            tracing.close();
        }
    }
}
