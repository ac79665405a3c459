package io.agentcgroup.replay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The program that does what a {@link Plan} says: {@code replayer.c}, from our jar into a folder. */
public record ReplayProgram(Path file) {

    public static ReplayProgram in(Path folder) throws IOException {
        Path file = folder.resolve("replayer");
        try (InputStream shipped = ReplayProgram.class.getResourceAsStream("replayer")) {
            if (shipped == null) {
                throw new IOException("this was built without its replayer");
            }
            Files.copy(shipped, file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ReplayProgram(file);
    }

    /**
     * @param plan written before it starts
     * @param record where it writes what happened, made when missing
     */
    public List<String> command(Path plan, Path record) {
        return List.of(file.toString(), plan.toString(), record.toString());
    }
}
