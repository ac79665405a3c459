package io.agentcgroup.engine.internal;

import io.agentcgroup.api.PrintableText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process is called, for people. */
final class ProcessName {

    private static final int LONGEST = 32;

    private ProcessName() {
    }

    /** @return such as {@code 4711 (node)}; the number alone when the process has gone */
    static String describe(int pid) {
        try {
            // A process can call itself anything.
            byte[] name = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "comm"));
            return pid + " (" + PrintableText.escape(new String(name, StandardCharsets.UTF_8).strip(), LONGEST) + ")";
        } catch (IOException e) {
            return Integer.toString(pid);
        }
    }
}
