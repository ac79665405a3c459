package io.agentcgroup.command.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.json.FoundCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The commands of scope {@code agentcgroup}: each looks at one service and prints a table. */
@Component(service = AgentCgroupCommands.class, property = {
    "osgi.command.scope=agentcgroup",
    "osgi.command.function=sessions",
    "osgi.command.function=calls",
    "osgi.command.function=doctor",
    "osgi.command.function=journal",
    "osgi.command.function=end",
    "osgi.command.function=explain",
    "osgi.command.function=policies",
    "osgi.command.function=policy",
})
public class AgentCgroupCommands {

    private static final String EVERY_SESSION = "";
    private static final int JOURNAL_MOST = 10_000;
    /** Who it was, for the journal. */
    private static final String SHELL = "the shell";
    /** A plug-in's key is in it. */
    private static final int SENTENCE_CHARACTERS = 300;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Sessions sessions;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ToolCalls toolCalls;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile CgroupTree tree;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Journal journal;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Plugins plugins;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile PolicySwitch policySwitch;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final List<Enforcer> enforcers = new CopyOnWriteArrayList<>();

    @Descriptor("shows the open sessions")
    public String sessions() {
        Table table = new Table("SESSION", "PRIORITY", "USER", "MEMORY", "AGENT", "CALLS", "ENDED", "BACKGROUND", "SERVICES");
        for (SessionStatus each : present(sessions, "engine").list()) {
            table.row(each.session().name(), lower(each.session().priority()), each.session().uid(),
                    Amounts.bytes(each.usage().memoryCurrentBytes()), Amounts.bytes(each.agentUsage().memoryCurrentBytes()),
                    each.runningCalls(), each.endedCalls(), each.backgroundProcesses(), each.serviceProcesses());
        }
        return table.toString();
    }

    @Descriptor("shows the calls that run now")
    public String calls(
            @Descriptor("only of this session") @Parameter(names = {"-s", "--session"}, absentValue = EVERY_SESSION)
            String session) {
        Optional<SessionName> wanted = sessionName(session);
        Table table = new Table("CALL", "SESSION", "FOR", "MEMORY", "PEAK", "CPU", "PIDS", "COMMAND");
        for (CallStatus each : present(toolCalls, "engine").running()) {
            ToolCall call = each.call();
            if (wanted.isEmpty() || wanted.get().equals(call.session())) {
                table.row(call.id(), call.session(), Duration.between(call.received(), Instant.now()).toSeconds() + " s",
                        Amounts.bytes(each.usage().memoryCurrentBytes()), Amounts.bytes(each.usage().memoryPeakBytes()),
                        Amounts.microseconds(each.usage().cpuUsageUs()), number(each.usage().pidsCurrent()),
                        (each.leaderExited() ? "(leftovers) " : "") + call.command());
            }
        }
        return table.toString();
    }

    @Descriptor("says why a call got what it got, and what was done to it")
    public String explain(@Descriptor("the call, wherever it is") String id) {
        FoundCall found = FoundCall.of(new CallId(id), present(toolCalls, "engine"), () -> present(journal, "journal"));
        Map<String, Object> call = found.call();
        Map<?, ?> waiting = part(call, "waiting");
        Table table = new Table("WHAT", "HOW");
        table.row("is", lower(found.state()));
        if (waiting.isEmpty()) {
            table.row("granted", part(call, "grant").get("reason"));
        } else {
            table.row("waits", waiting.get("reason"));
            table.row("would get", part(waiting, "wanted").get("reason"));
        }
        Map<?, ?> why = part(call, "explanation");
        if (why.get("trust") != null) {
            table.row("trust", why.get("trust"));
        }
        items(why, "weighed").forEach(step -> table.row("weighed", step));
        items(why, "steps").forEach(step -> table.row(((Map<?, ?>) step).get("action"), ((Map<?, ?>) step).get("reason")));
        return table.toString();
    }

    private static Map<?, ?> part(Map<?, ?> of, String name) {
        return of.get(name) instanceof Map<?, ?> part ? part : Map.of();
    }

    private static List<?> items(Map<?, ?> of, String name) {
        return of.get(name) instanceof List<?> items ? items : List.of();
    }

    @Descriptor("says what this host offers and which tiers follow")
    public String doctor() {
        Table table = new Table("WHAT", "THERE", "WHY");
        enforcers.stream().sorted(Comparator.comparing(Enforcer::tier)).forEach(enforcer -> {
            Capability capability = enforcer.capability();
            table.row("tier " + enforcer.tier().label(), yesNo(capability), capability.reason());
        });
        for (Capability each : present(tree, "cgroup tree").info().capabilities()) {
            table.row(each.name(), yesNo(each), each.reason());
        }
        return table.toString();
    }

    @Descriptor("shows the last calls that ended")
    public String journal(
            @Descriptor("only of this session") @Parameter(names = {"-s", "--session"}, absentValue = EVERY_SESSION)
            String session,
            @Descriptor("how many, 1 to 10000") @Parameter(names = {"-n", "--lines"}, absentValue = "20")
            int lines) {
        if (lines < 1 || lines > JOURNAL_MOST) {
            throw new IllegalArgumentException("--lines is 1 to " + JOURNAL_MOST + ", not " + lines);
        }
        Optional<SessionName> wanted = sessionName(session);
        Table table = new Table("ENDED", "CALL", "SESSION", "END", "CODE", "TOOK", "PEAK", "COMMAND");
        for (Map<String, Object> line : present(journal, "journal").query(
                entry -> wanted.isEmpty() || wanted.get().value().equals(entry.get("session")), lines)) {
            Object peak = line.get("usage") instanceof Map<?, ?> usage ? usage.get("memory_peak_bytes") : null;
            table.row(line.get("ended"), line.get("id"), line.get("session"), line.get("end"),
                    line.getOrDefault("exit_code", line.get("signal")), Amounts.microseconds(Amounts.number(line.get("duration_us"))),
                    Amounts.bytes(Amounts.number(peak)), line.get("command"));
        }
        return table.toString();
    }

    @Descriptor("ends a running call, and only it")
    public String end(@Descriptor("the call, as \"calls\" shows it") String call) {
        CallId id = new CallId(call);
        return present(toolCalls, "engine").end(id, "ended by the operator")
                ? "call " + id + " is ended\n"
                : "there is no running call " + id + "\n";
    }

    @Descriptor("shows the policies, the first to be asked first, and by whose word that is the order")
    public String policies() {
        Table table = new Table("POLICY", "DECIDES", "ASKED", "FAULTS", "CLASS");
        present(plugins, "engine").plugins().stream().filter(one -> one.kind() == PluginStatus.Kind.POLICY).forEach(one ->
                table.row(one.name(), one.inUse() ? "yes" : "no", one.calls(), one.faults(), one.implementation()));
        return table + inWords(present(policySwitch, "engine").choice());
    }

    @Descriptor("lets a policy decide, also after a restart: use NAME, reset (configuration and ranking say who), or roll-back")
    public String policy(@Descriptor("use, reset or roll-back") String what, @Descriptor("the policy, for use") String... name) {
        PolicySwitch desk = present(policySwitch, "engine");
        if (name.length != (what.equals("use") ? 1 : 0)) {
            throw new IllegalArgumentException("policy use NAME, policy reset, or policy roll-back");
        }
        return inWords(switch (what) {
            case "use" -> desk.use(name[0], SHELL);
            case "reset" -> desk.reset(SHELL);
            case "roll-back" -> desk.rollBack(SHELL);
            default -> throw new IllegalArgumentException("policy use NAME, policy reset, or policy roll-back");
        });
    }

    private static String inWords(PolicyChoice choice) {
        return PrintableText.escape(choice.inWords(), SENTENCE_CHARACTERS) + "\n";
    }

    private static Optional<SessionName> sessionName(String text) {
        return text.equals(EVERY_SESSION) ? Optional.empty() : Optional.of(new SessionName(text));
    }

    private static Object number(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static String yesNo(Capability capability) {
        return capability.available() ? "yes" : "no";
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <T> T present(T service, String what) {
        if (service == null) {
            throw new IllegalStateException("the " + what + " is not running");
        }
        return service;
    }
}
