package io.agentcgroup.health.internal;

import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Is there somebody to grant calls? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=engine", HealthCheck.TAGS + "=agentcgroup",
    HealthCheck.TAGS + "=" + HealthDesk.LIVENESS})
public final class EngineCheck implements HealthCheck {

    private final Sessions sessions;
    private final ToolCalls calls;

    @Activate
    public EngineCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) Sessions sessions,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) ToolCalls calls) {
        this.sessions = sessions;
        this.calls = calls;
    }

    @Override
    public Result execute() {
        if (sessions == null || calls == null) {
            return new Result(Result.Status.CRITICAL, "the engine is not running, commands run without a cgroup; the log says why");
        }
        return new Result(Result.Status.OK, sessions.list().size() + " sessions, " + calls.running().size() + " calls run, "
                + calls.waiting().size() + " wait");
    }
}
