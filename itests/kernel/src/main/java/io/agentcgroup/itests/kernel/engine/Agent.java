package io.agentcgroup.itests.kernel.engine;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.engine.internal.StandaloneEngine;
import io.agentcgroup.itests.kernel.KernelTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An engine on the guest's kernel, and an agent that runs commands through it as the shim does. */
final class Agent implements AutoCloseable {

    static final long MIB = 1L << 20;
    static final SessionName SESSION = new SessionName("agent-1");
    static final LeftoverPolicy REAP = new LeftoverPolicy(LeftoverPolicy.Mode.REAP, Duration.ZERO);

    /** The emulated guest is up to fifteen times slower than a real machine. */
    private static final long PATIENCE_S = 60;
    private static final int SIGNALLED = 128;

    private final KernelTree kernel = new KernelTree();
    private final StandaloneEngine engine;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private final CallListener listener = new CallListener() {
        @Override
        public void feedback(String line) {
            heard.add(line);
        }

        @Override
        public void waiting(String reason, long atMostMs) {
            heard.add(reason);
        }
    };

    /** One command that runs. */
    record Running(OpenCall call, Process process) {
    }

    /** What an agent gets to know of a command that has ended. */
    record Ended(CallId id, int exitCode, List<String> told) {
    }

    Agent(Map<String, Object> config) {
        this(config, null);
    }

    /** @param policy decides; null for one that does as the engine is told by the test */
    Agent(Map<String, Object> config, AdaptivePolicy policy) {
        engine = new StandaloneEngine(kernel.tree(), config, policy);
    }

    StandaloneEngine engine() {
        return engine;
    }

    CallListener listener() {
        return listener;
    }

    KernelTree kernel() {
        return kernel;
    }

    void openSession(OptionalLong memory, LeftoverPolicy leftovers) {
        engine.sessions().open(new SessionSpec(SESSION, Optional.empty(), 0, 0, memory, OptionalLong.empty(), Optional.of(leftovers)));
    }

    SessionNode session() {
        return kernel.tree().session(SESSION);
    }

    Domain domain(CallId id) {
        return session().calls().get(id);
    }

    OpenCall open(String command) throws Exception {
        CallRequest request = new CallRequest(ToolCall.Kind.SHELL, "sh", command, false, "/", Optional.empty(), 0, 0, 1);
        return engine.calls().open(SESSION, request, listener).toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    Running start(String command) throws Exception {
        OpenCall call = open(command);
        Process process = kernel.start(domain(call.id()), command);
        call.started((int) process.pid());
        return new Running(call, process);
    }

    Running startHog(int mebibytes) throws Exception {
        return start(KernelTree.hog(mebibytes));
    }

    Ended run(String command) throws Exception {
        return await(start(command));
    }

    Ended await(Running running) throws Exception {
        return end(running.call(), running.process().waitFor());
    }

    /** Tells the engine of the exit as {@code waitpid} would. */
    Ended end(OpenCall call, int exitCode) throws Exception {
        int status = exitCode > SIGNALLED ? exitCode - SIGNALLED : exitCode << 8;
        return new Ended(call.id(), exitCode, call.exited(status).toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS));
    }

    Outcome outcome(CallId id) throws InterruptedException {
        return engine.awaitOutcome(id, PATIENCE_S);
    }

    /** @return the next line that the agent hears while its command runs */
    String hears() throws InterruptedException, IOException {
        String line = heard.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException("the agent was told nothing for " + PATIENCE_S + " s");
        }
        return line;
    }

    @Override
    public void close() throws Exception {
        engine.close();
        kernel.close();
    }
}
