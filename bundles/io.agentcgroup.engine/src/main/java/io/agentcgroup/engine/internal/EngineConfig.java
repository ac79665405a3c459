package io.agentcgroup.engine.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of the engine, PID {@code io.agentcgroup.engine}. */
@ObjectClassDefinition(name = "AgentCgroup engine", description = "Budgets of sessions and the host, and what becomes of leftovers.")
@interface EngineConfig {

    @AttributeDefinition(name = "Tier",
            description = "The strongest tier of enforcement that is used. Changing it loses no limit: control files hold them in all tiers.",
            options = {
                @Option(value = "auto", label = "the strongest that this host gives"),
                @Option(value = "memcg-bpf", label = "memcg-bpf"), @Option(value = "sched-ext", label = "sched-ext"),
                @Option(value = "cgroup", label = "cgroup"), @Option(value = "observe", label = "observe")})
    String tier() default "auto";

    @AttributeDefinition(name = "Policy", required = false,
            description = "The policy that decides while it is there, by its service property agentcgroup.policy, such as fixed, or its bundle's name."
                    + " Empty: the one with the highest service ranking. What an operator chose since counts more, until this is changed.")
    String policy() default "";

    @AttributeDefinition(name = "Host memory",
            description = "What all sessions together may use: a share of the host's memory such as 90%, or a size such as 12g.")
    String host_memory() default "90%";

    @AttributeDefinition(name = "Session memory",
            description = "Memory budget of a session that asks for none, such as 4g. Empty: bounded by the host's budget only.", required = false)
    String session_memory() default "";

    @AttributeDefinition(name = "Session processes", min = "32",
            description = "Processes and threads of a session that does not say: room for several builds at once, an end for a chain of forks.")
    int session_pids() default 8192;

    @AttributeDefinition(name = "Session priority", description = "Priority of a session that does not say.",
            options = {@Option(value = "high", label = "high"), @Option(value = "normal", label = "normal"), @Option(value = "low", label = "low")})
    String session_priority() default "normal";

    @AttributeDefinition(name = "Leftovers", description = "What becomes of processes that a call leaves running, unless the session says otherwise.",
            options = {
                @Option(value = "adopt", label = "move them to the session's background"),
                @Option(value = "keep", label = "keep them in the call until a deadline"),
                @Option(value = "reap", label = "end them")})
    String leftovers() default "adopt";

    @AttributeDefinition(name = "Keep leftovers (seconds)", min = "1", max = "604800", description = "The deadline when leftovers are kept.")
    int leftovers_keep_s() default 600;

    @AttributeDefinition(name = "Agent's reserve",
            description = "What of a session's memory is protected for the agent's own runtime; an idle agent has about 185 MB. At most a quarter of the budget.")
    String agent_reserve() default "256m";

    @AttributeDefinition(name = "Background (percent)", min = "1", max = "100",
            description = "What of a session's budget the processes may use that calls left running. 1 to 100.")
    int background_percent() default 25;

    @AttributeDefinition(name = "CPU weight, high priority", min = "1", max = "10000", description = "cpu.weight of a high-priority session, 1 to 10000.")
    int cpu_weight_high() default 300;

    @AttributeDefinition(name = "CPU weight, normal priority", min = "1", max = "10000", description = "cpu.weight of a normal session, 1 to 10000.")
    int cpu_weight_normal() default 100;

    @AttributeDefinition(name = "CPU weight, low priority", min = "1", max = "10000", description = "cpu.weight of a low-priority session, 1 to 10000.")
    int cpu_weight_low() default 30;

    @AttributeDefinition(name = "Grace (milliseconds)", min = "0", max = "10000",
            description = "How long processes may take to leave after their leader before they count as left over. The shim waits some 50 ms"
                    + " for what is to be told at the end.")
    int grace_ms() default 25;

    @AttributeDefinition(name = "Stall told after (seconds)", min = "1", max = "3600",
            description = "A call that was held up at memory.high for that long tells its agent; again after twice that, and so on.")
    int stall_told_s() default 5;

    @AttributeDefinition(name = "Longest freeze (milliseconds)", min = "1", max = "600000", description = "No call is stopped for longer, whatever a policy wants.")
    int freeze_most_ms() default 10000;

    @AttributeDefinition(name = "Longest slow-down (milliseconds)", min = "1", max = "600000",
            description = "No call is delayed or kept to a lower soft limit for longer without the policy being asked again.")
    int rung_most_ms() default 30000;

    @AttributeDefinition(name = "Longest wait (seconds)", min = "1", max = "3600",
            description = "No call waits at the gate for longer, whatever a policy wants: agents give up on a command after some minutes.")
    int wait_most_s() default 120;

    @AttributeDefinition(name = "Aging (seconds)", min = "1", max = "3600",
            description = "After so much waiting a call goes before those of the next higher priority, so that nobody waits for ever.")
    int wait_aging_s() default 20;

    @AttributeDefinition(name = "Host short (percent)", min = "0", max = "90",
            description = "The policy is told that the host is short of memory while less of its budget is left. 0 to 90.")
    int host_short_percent() default 35;

    @AttributeDefinition(name = "Time for plug-ins (milliseconds)", min = "1", max = "10000",
            description = "How long policies and intent providers may take over one call. The shim waits 50 ms for an answer.")
    int plugin_budget_ms() default 40;

    @AttributeDefinition(name = "Faults of a plug-in", min = "1", max = "1000",
            description = "After so many within ten minutes a policy or intent provider is not asked any more until its bundle is started anew.")
    int plugin_faults() default 3;

    @AttributeDefinition(name = "Idle after a restart (seconds)", min = "1", max = "86400",
            description = "A session that a restarted daemon finds empty is closed after that, unless somebody comes.")
    int idle_after_restart_s() default 60;
}
