package io.agentcgroup.health.internal;

import io.agentcgroup.api.redaction.Redactor;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Are the operator's words on secrets understood? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=redaction", HealthCheck.TAGS + "=agentcgroup"})
public final class RedactionCheck implements HealthCheck {

    private final Redactor redactor;

    @Activate
    public RedactionCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) Redactor redactor) {
        this.redactor = redactor;
    }

    @Override
    public Result execute() {
        if (redactor == null) {
            return new Result(Result.Status.CRITICAL, "nobody takes secrets out; journal and engine wait for that");
        }
        return new Result(redactor.status().available() ? Result.Status.OK : Result.Status.WARN, redactor.status().reason());
    }
}
