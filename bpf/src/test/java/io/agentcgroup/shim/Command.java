package io.agentcgroup.shim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One command line to be run somewhere, and what came of it. */
final class Command {

    /** Nothing here takes more than seconds, on an idle machine a fraction of one. */
    private static final long PATIENCE_SECONDS = 60;

    /** @param tookMs from start to end, as the parent sees it */
    record Finished(int exit, String output, List<String> errors, long tookMs) {
    }

    /** A daemon that is slow on a loaded machine matters only where slowness is what is tested. */
    private static final String ANSWER_TIMEOUT_MS = "20000";

    private final List<String> words;
    private final Map<String, String> environment = new HashMap<>(
            Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8", "AGENTCGROUP_TIMEOUT_MS",
                    ANSWER_TIMEOUT_MS));

    private Command(List<String> words) {
        this.words = words;
    }

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    /** In the peer's agent/, as an agent's tool call is. */
    static Command asAgent(Peer peer, String... words) {
        List<String> all = new ArrayList<>(
                List.of(Host.testProgram("kit").toString(), "in", peer.agentProcs().toString()));
        all.addAll(List.of(words));
        return new Command(all).with("XDG_RUNTIME_DIR", peer.controlRun().toString());
    }

    /** The shim under the name of bash, with a command string. */
    static Command shell(Peer peer, String script) throws IOException {
        Path bash = peer.controlRun().resolve("bash");
        if (!Files.exists(bash)) {
            Files.createSymbolicLink(bash, Host.program("agentcgroup-shell"));
        }
        return asAgent(peer, bash.toString(), "-c", script);
    }

    Command with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** With the timeout that users have. */
    Command impatient() {
        environment.remove("AGENTCGROUP_TIMEOUT_MS");
        return this;
    }

    Finished run() throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", "");
        Path errors = Files.createTempFile("errors", "");
        try {
            ProcessBuilder builder = new ProcessBuilder(words).redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            long from = System.nanoTime();
            Process process = builder.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new IOException("did not end within " + PATIENCE_SECONDS + " s: " + words);
            }
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
            return new Finished(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1),
                    Files.readAllLines(errors, StandardCharsets.UTF_8), tookMs);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }
}
