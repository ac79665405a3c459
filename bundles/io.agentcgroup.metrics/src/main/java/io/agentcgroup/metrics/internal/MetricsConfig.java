package io.agentcgroup.metrics.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "AgentCgroup metrics", description = "Sessions, calls, pressure and plug-ins for Prometheus.")
@interface MetricsConfig {

    @AttributeDefinition(name = "Open", description = "Whether everybody who reaches the port may read the metrics, agents on this host among them. "
            + "Else a scraper shows the token in the state folder's secrets/metrics.")
    boolean open() default false;
}
