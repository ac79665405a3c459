package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An engine on a tree that is none, with one session's name and a policy that the test plays: for the logic of sessions and calls. */
abstract class EngineFixture {

    static final SessionName NAME = new SessionName("s");
    static final int ALICE = 1000;
    static final int PID_UNLIKELY = 4_194_303;
    /** What each call is granted, unless the test decides otherwise. */
    static final long GRANTED_BYTES = 200L << 20;

    final FakeTree tree = new FakeTree();
    final MemoryJournal journal = new MemoryJournal();
    final Enforcers enforcers = new Enforcers();
    final List<IntentProvider> providers = new CopyOnWriteArrayList<>();
    /** What the agents of {@link #open} were told while they waited and ran. */
    final List<String> heard = new CopyOnWriteArrayList<>();
    volatile Function<AdmissionRequest, Decision> decision = request -> admit();
    volatile Function<Pressure, List<Action>> reaction = pressure -> List.of();
    Engine engine;

    private final AdaptivePolicy policy = Played.policy("test", request -> decision.apply(request), (pressure, state) -> reaction.apply(pressure));

    @BeforeEach
    void start() {
        engine = engine(Map.of());
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    /** Another engine takes over what this one leaves in the tree. */
    void restart() {
        restart(Map.of());
    }

    /** @param config of the other engine, by property */
    void restart(Map<String, Object> config) {
        engine.close();
        engine = engine(config);
    }

    private Engine engine(Map<String, Object> config) {
        Map<String, Object> values = new HashMap<>(config);
        values.putIfAbsent("idle.after.restart.s", 1);
        Engine made = new Engine(tree, journal, Settings.of(Configuration.of(EngineConfig.class, values)), Clocks.SYSTEM, enforcers, () -> providers,
                () -> List.of(policy), () -> HostMemory.UNKNOWN);
        made.start();
        return made;
    }

    static Decision admit() {
        return admit(Placement.CALL);
    }

    static Decision admit(Placement placement) {
        return Decision.admit(new Grant(Limits.builder().memoryMaxBytes(GRANTED_BYTES).build(), placement, "test", "a test"));
    }

    void session() {
        session(LeftoverPolicy.DEFAULT);
    }

    void session(LeftoverPolicy leftovers) {
        engine.sessions().open(spec(ALICE, OptionalLong.empty(), Optional.of(leftovers)));
    }

    void sessionWithBudget(long bytes) {
        engine.sessions().open(spec(ALICE, OptionalLong.of(bytes), Optional.empty()));
    }

    static SessionSpec spec(int uid, OptionalLong memoryBudgetBytes, Optional<LeftoverPolicy> leftovers) {
        return new SessionSpec(NAME, Optional.empty(), uid, uid, memoryBudgetBytes, OptionalLong.empty(), leftovers);
    }

    OpenCall open() throws ExecutionException, InterruptedException {
        return open(request(ALICE));
    }

    OpenCall open(CallRequest request) throws ExecutionException, InterruptedException {
        return engine.calls().open(NAME, request, listener()).toCompletableFuture().get();
    }

    static CallRequest request(int uid) {
        return new CallRequest(ToolCall.Kind.SHELL, "bash", "make", false, "/", Optional.empty(), uid, uid, PID_UNLIKELY);
    }

    CallListener listener() {
        return new CallListener() {
            @Override
            public void feedback(String line) {
                heard.add(line);
            }

            @Override
            public void waiting(String reason, long atMostMs) {
                heard.add(reason);
            }
        };
    }

    static List<String> exit(OpenCall call, int waitStatus) throws Exception {
        return call.exited(waitStatus).toCompletableFuture().get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS);
    }

    FakeTree.Node node() {
        return tree.session(NAME);
    }

    FakeDomain domain(OpenCall call) {
        return node().calls.get(call.id());
    }

    static Usage anon(long bytes) {
        OptionalLong no = OptionalLong.empty();
        return new Usage(no, no, no, OptionalLong.of(bytes), no, no, no, no, no, no, no, no, no, no, no);
    }

    static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MemoryJournal.PATIENCE_S);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertTrue(condition.getAsBoolean());
    }
}
