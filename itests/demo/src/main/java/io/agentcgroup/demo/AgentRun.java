package io.agentcgroup.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.ControlGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** One agent at work, followed to its end. */
final class AgentRun {

    private static final String ERRORS = "agent.err";

    private final Arm arm;
    private final AgentSpec agent;
    private final Consumer<String> progress;
    private final AgentLog log;
    private ControlGroup session;
    private SessionFigures figures = SessionFigures.UNKNOWN;
    private long firstNs;
    private long lastNs;

    AgentRun(Arm arm, AgentSpec agent, Consumer<String> progress) {
        this.arm = arm;
        this.agent = agent;
        this.progress = progress;
        this.log = new AgentLog(agent);
    }

    /**
     * Starts the agent and waits for its end.
     *
     * @param folder for its files
     */
    SessionResult run(Path folder) throws IOException, InterruptedException {
        Workspace workspace = Workspace.create(folder, agent);
        ProcessBuilder builder = arm.agent(agent, workspace.command());
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.directory(workspace.project().toFile());
        builder.redirectError(folder.resolve(ERRORS).toFile());
        Process process = builder.start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                follow(JSON.std.mapFrom(line), process);
            }
            int exit = process.waitFor();
            boolean alive = log.contextIntact() && exit == 0;
            if (!alive) {
                progress.accept(agent.name() + ": THE AGENT IS DEAD, exit " + exit + lastWords(folder));
            }
            // A container outlives its agent for as long as it takes to look at it.
            if (!log.contextIntact() && session != null) {
                figures = SessionFigures.read(session);
            }
            return new SessionResult(agent, alive, log.calls(), (lastNs - firstNs) / 1e9, figures);
        } finally {
            process.destroyForcibly();
            arm.agentGone(agent);
        }
    }

    private static String lastWords(Path folder) throws IOException {
        String said = Files.readString(folder.resolve(ERRORS)).strip();
        return said.isEmpty() ? "" : ", saying: " + said.substring(said.lastIndexOf('\n') + 1);
    }

    private void follow(Map<String, Object> event, Process process) throws IOException {
        lastNs = System.nanoTime();
        firstNs = firstNs == 0 ? lastNs : firstNs;
        log.accept(event).ifPresent(line -> progress.accept(agent.name() + ": " + line));
        if (event.get("event").equals("hello")) {
            session = arm.session(agent, ((Number) event.get("pid")).longValue());
        } else if (event.get("event").equals("alive")) {
            // The session is looked at while its agent waits for its user; then the user leaves.
            figures = SessionFigures.read(session);
            process.getOutputStream().close();
        }
    }
}
