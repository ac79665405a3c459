package io.agentcgroup.otel.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "AgentCgroup OpenTelemetry", description = "A span for each tool call that ended, sent to a collector.")
@interface OtelConfig {

    @AttributeDefinition(name = "Endpoint", description = "Where spans are sent, by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces. Empty: nowhere.")
    String endpoint() default "";

    @AttributeDefinition(name = "Service name", description = "What spans say of where they come from. 1 to 128 characters.")
    String service_name() default "agentcgroup";

    @AttributeDefinition(name = "Headers", type = AttributeType.PASSWORD,
            description = "Sent with each request, name=value, several separated by commas; for a collector that wants a token.")
    String headers() default "";

    @AttributeDefinition(name = "Queue", description = "How many spans wait for the collector at most; further ones are given up. 16 to 16384.")
    int queue() default 1024;

    @AttributeDefinition(name = "Commands", description = "Whether spans say the command, redacted as in the journal. It may hold what should not leave this host.")
    boolean commands() default false;
}
