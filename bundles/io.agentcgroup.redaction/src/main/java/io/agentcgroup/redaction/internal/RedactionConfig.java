package io.agentcgroup.redaction.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "AgentCgroup redaction", description = "What is taken out of commands before they are journalled or shown. Intents and policies see the real text.")
@interface RedactionConfig {

    @AttributeDefinition(name = "Built-in rules", description = "Passwords and tokens by their usual forms: --password=…, NAME_TOKEN=…, Authorization: …, "
            + "https://user:…@host, keys of GitHub, AWS and others.")
    boolean built_in() default true;

    @AttributeDefinition(name = "Rules", description = "RE2 expressions, at most 100, each of at most 1000 characters. What the group (?P<secret>...) matches is "
            + "replaced by [redacted]; without that group, all of the match. A value may hold several, one a line; lines that begin with # are comments.")
    String[] rules() default {};
}
