package io.agentcgroup.gateway.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.shell.ShellAnswer;
import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.net.Peer;
import io.agentcgroup.gateway.internal.net.Server;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

/** The control socket, as the command line and the starters use it. */
@Timeout(60)
class ControlTest {

    @TempDir
    private Path folder;
    private int directory;
    private Server server;
    private Administration administration;
    private FakeSessions sessions;
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        directory = Client.openDirectory(folder);
        server = new Server(folder.resolve("run"), "test-gateway", 100, 100);
        sessions = new FakeSessions();
        administration = new Administration(context());
        administration.sessions = sessions;
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        socket = server.serveApart("control", PosixFilePermissions.fromString("rw-------"), uid, uid,
                new ControlGreeter(administration, session -> Optional.of("/run/" + session.name() + ".sock"), worker)).path();
    }

    @AfterEach
    void stop() {
        server.close();
        worker.shutdown();
        Client.closeDescriptor(directory);
    }

    @Test
    void onlyTheDaemonsUserMayAsk() throws Exception {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    }

    @Test
    void openingASessionGivesItsSocketAndTheAgentsDirectory() throws Exception {
        try (Client starter = new Client(socket)) {
            starter.write(new MessageBuilder(MessageType.SESSION_OPEN).text(Tag.SESSION, "agent-1")
                    .number(Tag.PRIORITY, Protocol.PRIORITY_HIGH).number(Tag.UID, 1000).number(Tag.GID, 1001)
                    .number(Tag.MEMORY_BYTES, 1L << 32).number(Tag.PIDS, 300L)
                    .number(Tag.LEFTOVERS, Protocol.LEFTOVERS_KEEP).number(Tag.KEEP_MS, 90_000).build());
            Message answer = starter.read();
            assertEquals(MessageType.SESSION, answer.type());
            assertEquals("/run/agent-1.sock", answer.text(Tag.SOCKET));
            assertEquals(-900, answer.number(Tag.OOM_SCORE_ADJ));
            int agent = starter.takeDescriptor();
            assertEquals(Files.readAttributes(folder, "unix:dev,ino"),
                    Files.readAttributes(Path.of("/proc/self/fd/" + agent), "unix:dev,ino"));
            Client.closeDescriptor(agent);
            starter.write(new MessageBuilder(MessageType.SESSION_END).text(Tag.SESSION, "agent-1").build());
            assertEquals(MessageType.DONE, starter.read().type());
        }
        SessionSpec spec = sessions.opened.get(0);
        assertEquals(Optional.of(Priority.HIGH), spec.priority());
        assertEquals(1000, spec.uid());
        assertEquals(1001, spec.gid());
        assertEquals(1L << 32, spec.memoryBudgetBytes().getAsLong());
        assertEquals(300, spec.pidsBudget().getAsLong());
        assertEquals(90, spec.leftovers().orElseThrow().keepFor().toSeconds());
        assertEquals(List.of("agent-1"), sessions.closed);
    }

    @Test
    void aNameThatIsNoSessionNameNeverReachesAPath() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> before = everything();
        List<String> names = new ArrayList<>(List.of("", ".", "..", "../x", "/etc/passwd", "a/b", "A", "a b", "a\u0000b",
                "-a", "x".repeat(65), "a\n", "\u00e9", ".new"));
        for (int i = 0; i < 500; i++) {
            names.add(new StringBuilder("/..").insert(random.nextInt(4), (char) random.nextInt(0x3000)).toString());
        }
        for (String name : names) {
            for (MessageType type : List.of(MessageType.SESSION_OPEN, MessageType.SESSION_END)) {
                try (Client client = new Client(socket)) {
                    client.write(new MessageBuilder(type).text(Tag.SESSION, name).build());
                    assertEquals(MessageType.ERROR, client.read().type(), () -> "name " + name + ", seed " + seed);
                    assertNull(client.read());
                }
            }
            assertTrue(ask(Map.of("op", "session-open", "session", name)).error.contains("a session name is"));
        }
        assertEquals(before, everything());
        assertTrue(sessions.opened.isEmpty());
    }

    @Test
    void theStatusSaysWhatIsMissing() throws Exception {
        Map<String, Object> status = ask(Map.of("op", "status")).json();
        assertEquals("agentcgroup.status/v1", status.get("schema"));
        assertEquals("1.2.3", status.get("version"));
        assertEquals("observe", status.get("tier"));
        assertEquals(false, status.get("ready"));
        assertEquals(List.of("cgroup tree", "engine", "journal"), status.get("missing"));
    }

    @Test
    void theTierIsTheStrongestThatTheOperatorLetsTheEngineUse() throws Exception {
        administration.enforcers.addAll(List.of(enforcer(Tier.CGROUP), enforcer(Tier.SCHED_EXT)));
        assertEquals("sched-ext", ask(Map.of("op", "status")).json().get("tier"));
        administration.engineProperties = Map.of(Sessions.STRONGEST_TIER, "auto");
        assertEquals("sched-ext", ask(Map.of("op", "status")).json().get("tier"));
        administration.engineProperties = Map.of(Sessions.STRONGEST_TIER, "cgroup");
        assertEquals("cgroup", ask(Map.of("op", "status")).json().get("tier"));
        administration.engineProperties = Map.of(Sessions.STRONGEST_TIER, "observe");
        assertEquals("observe", ask(Map.of("op", "status")).json().get("tier"));
    }

    /** @return one that is available, and no more */
    private static Enforcer enforcer(Tier tier) {
        return (Enforcer) Proxy.newProxyInstance(ControlTest.class.getClassLoader(), new Class<?>[] {Enforcer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "tier" -> tier;
                    case "capability" -> new Capability(tier.label(), true, "as a test has it");
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void theDoctorNamesEveryTierWithAReason() throws Exception {
        Map<String, Object> doctor = ask(Map.of("op", "doctor")).json();
        List<?> tiers = (List<?>) doctor.get("tiers");
        assertEquals(4, tiers.size());
        assertEquals(Map.of("name", "observe", "available", true, "reason", "accounting only, nothing is enforced"),
                tiers.get(3));
        assertFalse(((List<?>) doctor.get("features")).isEmpty());
    }

    @Test
    void theDoctorNamesWhatTheKernelOffersToEbpf() throws Exception {
        assertTrue(ask(Map.of("op", "doctor")).text().contains("the eBPF loader is not installed"));
        administration.kernelFeatures = new FakeFeatures();
        Map<String, Object> doctor = ask(Map.of("op", "doctor")).json();
        assertTrue(((List<?>) doctor.get("features")).contains(
                Map.of("name", "bpf.btf", "available", true, "reason", "as bpf.btf is")), doctor::toString);
    }

    private static final class FakeFeatures implements KernelFeatures {

        @Override
        public Capability capability(KernelFeature feature) {
            return new Capability(feature.label(), true, "as " + feature.label() + " is");
        }

        @Override
        public List<Capability> capabilities() {
            return Stream.of(KernelFeature.values()).map(this::capability).toList();
        }

        @Override
        public boolean hasMember(String struct, String member) {
            return true;
        }

        @Override
        public boolean hasFunction(String function) {
            return true;
        }

        @Override
        public Optional<String> config(String option) {
            return Optional.empty();
        }
    }

    @Test
    void severalQuestionsCanBeAskedOneAfterTheOther() throws Exception {
        try (Client client = new Client(socket)) {
            for (int i = 0; i < 5; i++) {
                assertEquals("agentcgroup.sessions/v1", ask(client, Map.of("op", "sessions")).json().get("schema"));
            }
        }
    }

    @Test
    void aLongAnswerComesInPieces() throws Exception {
        administration.journal = new FakeJournal(5_000, "x".repeat(1_000));
        List<?> entries = (List<?>) ask(Map.of("op", "journal", "limit", 10_000)).json().get("entries");
        assertEquals(5_000, entries.size());
        assertEquals(3, ((List<?>) ask(Map.of("op", "journal", "limit", 3)).json().get("entries")).size());
    }

    @Test
    void anAnswerThatIsTooLongIsRefusedInWords() throws Exception {
        administration.journal = new FakeJournal(10_000, "x".repeat(2_000));
        assertTrue(ask(Map.of("op", "journal", "limit", 10_000)).error.contains("ask for less"));
    }

    @Test
    void theJournalIsAskedForOneSession() throws Exception {
        administration.journal = new FakeJournal(10, "");
        assertEquals(10, ((List<?>) ask(Map.of("op", "journal", "session", "s")).json().get("entries")).size());
        assertEquals(0, ((List<?>) ask(Map.of("op", "journal", "session", "other")).json().get("entries")).size());
    }

    @Test
    void questionsThatMakeNoSenseAreAnsweredInWords() throws Exception {
        assertTrue(ask(Map.of("op", "journal")).error.contains("the journal is not there"));
        administration.journal = new FakeJournal(1, "");
        assertTrue(ask(Map.of("op", "fly")).error.contains("fly"));
        assertTrue(ask(Map.of()).error.contains("\"op\""));
        assertTrue(ask(Map.of("op", 7)).error.contains("text"));
        assertTrue(ask(Map.of("op", "journal", "limit", "many")).error.contains("whole number"));
        assertTrue(ask(Map.of("op", "journal", "limit", 0)).error.contains("1 to 10000"));
        assertTrue(ask(Map.of("op", "calls")).error.contains("engine"));
        assertTrue(ask(Map.of("op", "call-end")).error.contains("\"call\""));
        assertTrue(ask(Map.of("op", "session-open", "session", "s", "priority", "urgent")).error.contains("high, normal, low"));
        assertTrue(ask(Map.of("op", "session-open", "session", "s", "uid", -1)).error.contains("uid"));
        assertTrue(ask(Map.of("op", "session-open", "session", "control")).error.contains("cannot be named"));
        assertTrue(sessions.opened.isEmpty());
    }

    @Test
    void anOperatorChoosesWhoDecidesAndIsToldWhatHoldsThen() throws Exception {
        assertEquals("the engine is not running", ask(Map.of("op", "policy")).error);
        List<String> asked = new ArrayList<>();
        administration.plugins = () -> List.of(plugin(PluginStatus.Kind.POLICY, "fixed"), plugin(PluginStatus.Kind.INTENT, "rules"));
        administration.policySwitch = (PolicySwitch) Proxy.newProxyInstance(ControlTest.class.getClassLoader(), new Class<?>[] {PolicySwitch.class},
                (proxy, method, arguments) -> {
                    asked.add(method.getName() + (arguments == null ? List.of() : List.of(arguments)));
                    return new PolicyChoice(Optional.of("fixed"), PolicyChoice.Source.OPERATOR, true, List.of("fixed"));
                });

        Map<String, Object> answer = ask(Map.of("op", "policy-use", "policy", "fixed")).json();
        for (String operation : List.of("policy", "policy-reset", "policy-roll-back")) {
            assertEquals("agentcgroup." + operation + "/v1", ask(Map.of("op", operation)).json().get("schema"));
        }

        assertEquals(List.of("use[fixed, the command line]", "choice[]", "reset[the command line]", "rollBack[the command line]"), asked);
        assertEquals("operator", answer.get("source"));
        assertEquals("fixed decides while it is there: an operator chose it", answer.get("in_words"));
        assertEquals(List.of("fixed"), ((List<?>) answer.get("policies")).stream().map(one -> ((Map<?, ?>) one).get("name")).toList());
        assertTrue(ask(Map.of("op", "policy-use")).error.contains("\"policy\""));
    }

    private static PluginStatus plugin(PluginStatus.Kind kind, String name) {
        return new PluginStatus(kind, name, "org.example." + name, 1, true, 0, Optional.empty(), Optional.empty(), 0, 0, 0);
    }

    @Test
    void theShellIsForRootAloneAndItsAbsenceIsSaid() {
        Map<String, Object> request = Map.of("op", "gogo", "command", "agentcgroup:sessions");
        Peer root = new Peer(1, 0, 0);
        assertTrue(refusal(request, root).contains("feature shell"));
        administration.shell = line -> new ShellAnswer("ran " + line, "", Optional.of("failed"));

        Map<String, Object> answer = administration.answer(request, root);

        assertEquals("agentcgroup.gogo/v1", answer.get("schema"));
        assertEquals("ran agentcgroup:sessions", answer.get("out"));
        assertEquals("failed", answer.get("failure"));
        assertEquals("only root may use the shell", refusal(request, new Peer(1, 1000, 0)));
    }

    private String refusal(Map<String, Object> request, Peer peer) {
        return assertThrows(IllegalStateException.class, () -> administration.answer(request, peer)).getMessage();
    }

    @Test
    void whatIsNoJsonObjectIsAnError() throws Exception {
        for (String text : List.of("", "{", "[]", "7", "null", "\"x\"", "{\"op\":}", "\u0000", "{".repeat(10_000))) {
            try (Client client = new Client(socket)) {
                client.write(new MessageBuilder(MessageType.CONTROL).text(Tag.JSON, text).build());
                assertEquals(MessageType.ERROR, client.read().type(), text);
                assertNull(client.read());
            }
        }
        assertEquals("agentcgroup.status/v1", ask(Map.of("op", "status")).json().get("schema"));
    }

    @Test
    void aCallHasNoPlaceHere() throws Exception {
        try (Client client = new Client(socket)) {
            client.write(new MessageBuilder(MessageType.CALL_EXITED).number(Tag.WAIT_STATUS, 0).build());
            assertEquals(MessageType.ERROR, client.read().type());
        }
    }

    private record Answer(String text, String error) {

        Map<String, Object> json() throws Exception {
            assertNull(error);
            return JSON.std.mapFrom(text);
        }
    }

    private Answer ask(Map<String, Object> request) throws Exception {
        try (Client client = new Client(socket)) {
            return ask(client, request);
        }
    }

    private static Answer ask(Client client, Map<String, Object> request) throws Exception {
        client.write(new MessageBuilder(MessageType.CONTROL).text(Tag.JSON, JSON.std.asString(request)).build());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            Message message = client.read();
            switch (message.type()) {
                case CONTROL_REPLY -> text.writeBytes(message.text(Tag.JSON).getBytes(StandardCharsets.UTF_8));
                case DONE -> {
                    return new Answer(text.toString(StandardCharsets.UTF_8), null);
                }
                case ERROR -> {
                    return new Answer(null, message.text(Tag.TEXT));
                }
                default -> throw new AssertionError(message.type());
            }
        }
    }

    private List<String> everything() throws Exception {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.map(Path::toString).sorted().toList();
        }
    }

    private static BundleContext context() {
        Bundle bundle = (Bundle) Proxy.newProxyInstance(ControlTest.class.getClassLoader(), new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> method.getName().equals("getVersion") ? new Version(1, 2, 3) : null);
        return (BundleContext) Proxy.newProxyInstance(ControlTest.class.getClassLoader(), new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> method.getName().equals("getBundle") ? bundle : null);
    }

    /** Sessions that only exist here. */
    private final class FakeSessions implements Sessions {

        final List<SessionSpec> opened = new ArrayList<>();
        final List<String> closed = new ArrayList<>();

        @Override
        public Session open(SessionSpec spec) {
            opened.add(spec);
            return new Session(spec.name(), spec.priority().orElse(Priority.NORMAL), spec.uid(), spec.gid(),
                    spec.memoryBudgetBytes(), spec.pidsBudget(), spec.leftovers().orElse(LeftoverPolicy.DEFAULT), Instant.EPOCH);
        }

        @Override
        public Optional<Session> find(SessionName name) {
            return Optional.empty();
        }

        @Override
        public List<SessionStatus> list() {
            return List.of();
        }

        @Override
        public int agentDirectory(SessionName name) {
            return directory;
        }

        @Override
        public int agentOomScoreAdj() {
            return -900;
        }

        @Override
        public boolean close(SessionName name, String reason) {
            return closed.add(name.value());
        }

        @Override
        public boolean closeIfIdle(SessionName name, String reason) {
            return closed.add(name.value());
        }
    }

    /** So many lines, all of session {@code s}. */
    private record FakeJournal(int lines, String command) implements Journal {

        @Override
        public void append(Outcome outcome) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void append(JournalEvent event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit) {
            return Stream.<Map<String, Object>>generate(() -> Map.of("session", "s", "command", command))
                    .limit(Math.min(lines, limit)).filter(filter).toList();
        }

        @Override
        public List<Map<String, Object>> queryEvents(Predicate<Map<String, Object>> filter, int limit) {
            return List.of();
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of();
        }
    }
}
