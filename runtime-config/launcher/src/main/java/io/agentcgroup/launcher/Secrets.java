package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

import org.slf4j.LoggerFactory;

/**
 * Passwords that are made up at the first start instead of being the same everywhere. Each is a file that only root can
 * read; to change one, write another into it.
 */
final class Secrets {

    /** As strong as the hashes that are made of it. */
    private static final int RANDOM_BYTES = 24;

    private final Path folder;

    Secrets(Path folder) {
        this.folder = folder;
    }

    /** @return the secret of that name, made now if it is not there */
    String get(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LaunchException("the secret " + file + " can be neither read nor made: " + e.getMessage(), e);
        }
    }

    private void make(Path file) throws IOException {
        Files.createDirectories(folder);
        // Private from its first moment on.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        LoggerFactory.getLogger(Secrets.class).info("made up a password; it is in {}", file);
    }
}
