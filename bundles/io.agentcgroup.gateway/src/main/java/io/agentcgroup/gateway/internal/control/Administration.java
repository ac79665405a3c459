package io.agentcgroup.gateway.internal.control;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.TierInForce;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.health.Health;
import io.agentcgroup.api.health.HealthFinding;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.json.FoundCall;
import io.agentcgroup.api.json.RecordJson;
import io.agentcgroup.api.shell.Shell;
import io.agentcgroup.gateway.internal.net.Peer;
import io.agentcgroup.gateway.internal.net.RunFolder;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * What can be asked over the control socket: one method an operation, JSON as maps in and out. Every service may be missing;
 * then the answer says so.
 */
@Component(service = Administration.class)
public class Administration {

    private static final String ENGINE_MISSING = "the engine is not running";
    /** Who it was, for the journal: root, by what only root can connect to. */
    private static final String COMMAND_LINE = "the command line";
    private static final int ROOT = 0;
    private static final int JOURNAL_DEFAULT = 20;
    private static final int JOURNAL_MOST = 10_000;
    /** Time to look at it; agents give up on a command that says nothing for some minutes. */
    private static final long PAUSE_DEFAULT_S = 120;
    private static final long PAUSE_MOST_S = 600;
    private static final long LARGEST_ID = 0xffff_fffeL;

    private final String version;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Sessions sessions;

    /** The service properties of the engine, which has the operator's word on tiers; null without it. */
    @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Map<String, Object> engineProperties;

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

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile KernelAccounts accounts;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile KernelFeatures kernelFeatures;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile BpfLoader bpf;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Health health;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Shell shell;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final List<Enforcer> enforcers = new CopyOnWriteArrayList<>();

    @Activate
    public Administration(BundleContext context) {
        version = context.getBundle().getVersion().toString();
    }

    /**
     * Does what is asked.
     *
     * @param arguments {@code op} and what it needs
     * @param peer who asks
     * @throws IllegalArgumentException if the request makes no sense; the message is for whoever asked
     * @throws IllegalStateException if it cannot be carried out now; likewise
     */
    public Map<String, Object> answer(Map<String, Object> arguments, Peer peer) {
        Request request = new Request(arguments);
        Map<String, Object> answer = head(request.operation());
        answer.putAll(perform(request, peer));
        return answer;
    }

    private Map<String, Object> perform(Request request, Peer peer) {
        return switch (request.operation()) {
            case "status" -> status();
            case "health" -> health();
            case "doctor" -> doctor();
            case "sessions" -> Map.of("sessions", sessions().list().stream().map(RecordJson::of).toList());
            case "calls" -> Map.of("calls", calls(request.session()).map(RecordJson::of).toList(),
                    "waiting", waiting(request.session()));
            case "explain" -> RecordJson.of(FoundCall.of(call(request), toolCalls(), this::journal));
            case "plugins" -> Map.of("plugins", pluginStatus());
            case "policy" -> policy(policySwitch().choice());
            case "policy-use" -> policy(policySwitch().use(request.required("policy"), COMMAND_LINE));
            case "policy-reset" -> policy(policySwitch().reset(COMMAND_LINE));
            case "policy-roll-back" -> policy(policySwitch().rollBack(COMMAND_LINE));
            case "journal" -> Map.of("entries", journal(request));
            case "events" -> Map.of("events", events(request));
            case "session-open" -> openSession(spec(request));
            case "session-close" -> closeSession(request);
            case "call-end" -> endCall(request);
            case "call-pause" -> pauseCall(request);
            case "call-thaw" -> thawCall(request);
            case "gogo" -> gogo(request.required("command"), peer);
            default -> throw new IllegalArgumentException("there is no operation \"" + request.operation() + "\"");
        };
    }

    /** What every document begins with. */
    private Map<String, Object> head(String operation) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("schema", "agentcgroup." + operation + "/v1");
        head.put("tier", tier().label());
        head.put("kernel", System.getProperty("os.version"));
        head.put("started", started().toString());
        return head;
    }

    private Map<String, Object> status() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", version);
        json.put("pid", ProcessHandle.current().pid());
        json.put("uptime_s", Duration.between(started(), Instant.now()).toMillis() / 1e3);
        json.put("ready", isReady());
        json.put("missing", missing());
        json.put("tier_reason", tiers().stream().filter(t -> t.name().equals(tier().label())).findFirst()
                .map(Capability::reason).orElse(""));
        Sessions open = sessions;
        CgroupTree built = tree;
        json.put("root", built == null ? "" : built.info().root());
        json.put("sessions", open == null ? 0 : open.list().size());
        ToolCalls gate = toolCalls;
        json.put("calls", gate == null ? 0 : gate.running().size());
        json.put("waiting", gate == null ? 0 : gate.waiting().size());
        json.put("policy", pluginStatus().stream().filter(one -> "policy".equals(one.get("kind")) && Boolean.TRUE.equals(one.get("in_use")))
                .map(one -> String.valueOf(one.get("name"))).findFirst().orElse("built-in"));
        json.put("plugins", pluginStatus());
        json.put("counters", counters());
        BpfLoader loader = bpf;
        json.put("pin_root", loader == null ? "" : loader.pinRoot().toString());
        json.put("pins", loader == null ? List.of() : loader.pins().list(""));
        return json;
    }

    private Map<String, Object> health() {
        List<HealthFinding> findings = present(health, "the health checks are not installed: feature health in agentcgroup.properties").examine();
        return Map.of("level", HealthFinding.worst(findings).name().toLowerCase(Locale.ROOT), "checks", findings.stream().map(RecordJson::of).toList());
    }

    /** The socket is root's. That is asked once more here: a shell in the daemon is worth more than all other operations. */
    private Map<String, Object> gogo(String command, Peer peer) {
        if (peer.uid() != ROOT) {
            throw new IllegalStateException("only root may use the shell");
        }
        return RecordJson.of(present(shell, "Gogo is not installed: feature shell in agentcgroup.properties").run(command));
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        Journal past = journal;
        if (past != null) {
            counters.putAll(past.counters());
        }
        KernelAccounts kernel = accounts;
        if (kernel != null) {
            counters.putAll(kernel.counters());
        }
        return counters;
    }

    private Map<String, Object> doctor() {
        CgroupTree built = tree;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tiers", tiers().stream().map(RecordJson::of).toList());
        json.put("features", features().stream().map(RecordJson::of).toList());
        if (built != null) {
            TreeInfo info = built.info();
            json.put("root", info.root());
            json.put("delegated", info.delegated());
            json.put("controllers", info.controllers().stream().sorted().toList());
            info.hostMemoryBytes().ifPresent(bytes -> json.put("host_memory_bytes", bytes));
        }
        return json;
    }

    private List<Capability> features() {
        List<Capability> features = new ArrayList<>();
        CgroupTree built = tree;
        if (built == null) {
            features.add(new Capability("cgroup.tree", false, "the cgroup tree is not there"));
        } else {
            features.addAll(built.info().capabilities());
        }
        features.addAll(bpfFeatures());
        KernelAccounts kernel = accounts;
        features.addAll(pluginFeatures());
        features.add(kernel != null ? kernel.capability() : new Capability("kernel.accounting", false, "the accounting is not installed"));
        return features;
    }

    private List<Capability> bpfFeatures() {
        KernelFeatures probe = kernelFeatures;
        return probe != null ? probe.capabilities()
                : List.of(new Capability("bpf", false, "the eBPF loader is not installed"));
    }

    /** @return whether calls get domains */
    public boolean isReady() {
        return missing().isEmpty();
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (tree == null) {
            missing.add("cgroup tree");
        }
        if (sessions == null || toolCalls == null) {
            missing.add("engine");
        }
        if (journal == null) {
            missing.add("journal");
        }
        return missing;
    }

    private Tier tier() {
        return TierInForce.of(enforcers, engineProperties).tier();
    }

    private List<Capability> tiers() {
        return Stream.of(Tier.values()).map(this::capabilityOf).toList();
    }

    private Capability capabilityOf(Tier tier) {
        return enforcers.stream().filter(enforcer -> enforcer.tier() == tier).findFirst()
                .map(enforcer -> new Capability(tier.label(), enforcer.capability().available(), enforcer.capability().reason()))
                .orElseGet(() -> tier == Tier.OBSERVE
                        ? new Capability(tier.label(), true, "accounting only, nothing is enforced")
                        : new Capability(tier.label(), false, "no enforcer of this tier is installed"));
    }

    private List<Map<String, Object>> pluginStatus() {
        Plugins known = plugins;
        return known == null ? List.of() : known.plugins().stream().map(RecordJson::of).toList();
    }

    /** What is wrong with a policy or an intent provider, for whoever examines the host. */
    private List<Capability> pluginFeatures() {
        Plugins known = plugins;
        return known == null ? List.of() : known.plugins().stream().map(one -> new Capability(
                one.kind().name().toLowerCase(Locale.ROOT) + "." + one.name(), one.fenced().isEmpty(), one.fenced().isPresent()
                        ? "not asked any more since " + one.fenced().get() + ": " + one.lastFault().orElse("")
                        : one.inUse() ? "in use" + one.lastFault().map(fault -> "; " + one.faults() + " faults, the last: " + fault).orElse("")
                                : "stands by")).toList();
    }

    /** Who decides, by whose word, and who else could. */
    private Map<String, Object> policy(PolicyChoice choice) {
        Map<String, Object> json = RecordJson.of(choice);
        json.put("in_words", choice.inWords());
        json.put("policies", present(plugins, ENGINE_MISSING).plugins().stream().filter(one -> one.kind() == PluginStatus.Kind.POLICY)
                .map(RecordJson::of).toList());
        return json;
    }

    private List<Map<String, Object>> waiting(Optional<SessionName> session) {
        return toolCalls().waiting().stream().filter(one -> session.isEmpty() || one.call().session().equals(session.get()))
                .map(RecordJson::of).toList();
    }

    private Stream<CallStatus> calls(Optional<SessionName> session) {
        return toolCalls().running().stream()
                .filter(status -> session.isEmpty() || status.call().session().equals(session.get()));
    }

    private List<Map<String, Object>> journal(Request request) {
        return journal().query(ofSession(request), limit(request));
    }

    private List<Map<String, Object>> events(Request request) {
        return journal().queryEvents(ofSession(request), limit(request));
    }

    private static Predicate<Map<String, Object>> ofSession(Request request) {
        return request.session().<Predicate<Map<String, Object>>>map(name -> line -> name.value().equals(line.get("session")))
                .orElse(line -> true);
    }

    private static int limit(Request request) {
        return (int) request.number("limit", 1, JOURNAL_MOST).orElse(JOURNAL_DEFAULT);
    }

    private static SessionSpec spec(Request request) {
        Optional<LeftoverPolicy> leftovers = request.constant("leftovers", LeftoverPolicy.Mode.class)
                .map(mode -> new LeftoverPolicy(mode, Duration.ofMillis(request.number("keep_ms", 0, Long.MAX_VALUE).orElse(0))));
        return new SessionSpec(request.requiredSession(), request.constant("priority", Priority.class),
                (int) request.number("uid", 0, LARGEST_ID).orElse(0), (int) request.number("gid", 0, LARGEST_ID).orElse(0),
                request.number("memory_bytes", 1, Long.MAX_VALUE), request.number("pids", 1, Long.MAX_VALUE), leftovers);
    }

    private Map<String, Object> openSession(SessionSpec spec) {
        Session session = open(spec);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("session", RecordJson.of(session));
        json.put("agent_oom_score_adj", agentOomScoreAdj());
        return json;
    }

    private Map<String, Object> closeSession(Request request) {
        SessionName name = request.requiredSession();
        String reason = request.text("reason").orElse("closed by the operator");
        return Map.of("closed", request.flag("if_idle") ? sessions().closeIfIdle(name, reason) : sessions().close(name, reason));
    }

    private Map<String, Object> endCall(Request request) {
        CallId call = call(request);
        return Map.of("ended", toolCalls().end(call, reason(request, "ended by the operator")));
    }

    private Map<String, Object> pauseCall(Request request) {
        CallId call = call(request);
        Duration atMost = Duration.ofSeconds(request.number("at_most_s", 1, PAUSE_MOST_S).orElse(PAUSE_DEFAULT_S));
        return Map.of("paused", toolCalls().pause(call, atMost, reason(request, "paused by the operator")));
    }

    private Map<String, Object> thawCall(Request request) {
        CallId call = call(request);
        return Map.of("thawed", toolCalls().thaw(call, reason(request, "let go on by the operator")));
    }

    private static CallId call(Request request) {
        return new CallId(request.required("call"));
    }

    private static String reason(Request request, String otherwise) {
        return request.text("reason").orElse(otherwise);
    }

    // What starters need, beside JSON.

    Session open(SessionSpec spec) {
        if (spec.name().value().equals(RunFolder.CONTROL)) {
            throw new IllegalArgumentException("a session cannot be named \"" + spec.name()
                    + "\": its socket would take the place of the administration's");
        }
        return sessions().open(spec);
    }

    int agentDirectory(SessionName name) {
        return sessions().agentDirectory(name);
    }

    int agentOomScoreAdj() {
        return sessions().agentOomScoreAdj();
    }

    void agentExited(SessionName name) {
        sessions().closeIfIdle(name, "its agent has exited");
    }

    private Sessions sessions() {
        return present(sessions, ENGINE_MISSING);
    }

    private ToolCalls toolCalls() {
        return present(toolCalls, ENGINE_MISSING);
    }

    private PolicySwitch policySwitch() {
        return present(policySwitch, ENGINE_MISSING);
    }

    private Journal journal() {
        return present(journal, "the journal is not there");
    }

    private static <T> T present(T service, String otherwise) {
        if (service == null) {
            throw new IllegalStateException(otherwise);
        }
        return service;
    }

    private static Instant started() {
        return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    }
}
