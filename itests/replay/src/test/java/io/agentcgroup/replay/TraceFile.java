package io.agentcgroup.replay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes documents as recorded runs come. */
final class TraceFile {

    private TraceFile() {
    }

    /** @param samples and calls the contents of the two arrays */
    static Path write(Path folder, String samples, String calls) throws IOException {
        return compressed(folder.resolve("run.json.gz"), "{\"schema\": \"agent-trace/v1\", \"model\": \"m\", \"task\": \"t\", \"samples\": ["
                + samples + "], \"tool_calls\": [" + calls + "]}");
    }

    static Path compressed(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    /** @return an entry of {@code tool_calls} */
    static String shellCall(double start, double end, String command) {
        return "{\"start\": " + start + ", \"end\": " + end + ", \"tool\": \"Bash\", \"command\": \"" + command + "\"}";
    }
}
