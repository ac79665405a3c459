package io.agentcgroup.health.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "AgentCgroup health", description = "When \"agentcgroup status\" and the console say that something is wrong.")
@interface HealthConfig {

    @AttributeDefinition(name = "Least tier", description = "A weaker tier in force than this one is critical: memcg-bpf, sched-ext, cgroup or observe. "
            + "Empty: nothing is critical, but it is a warning when nothing is enforced, or less than property tier of io.agentcgroup.engine asks for.")
    String tier_least() default "";

    @AttributeDefinition(name = "Little room", description = "Less room for the journal than this is a warning: a size.")
    String disk_warning() default "256m";

    @AttributeDefinition(name = "No room", description = "Less room for the journal than this is critical: a size, at most that of a warning.")
    String disk_critical() default "32m";
}
