package io.agentcgroup.engine.internal;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What the operator chose, on disk: {@code policy.properties} in the state folder. Not in Config Admin, whose store is part of the framework's,
 * which is made anew at each start; and not in the operator's own files, which the daemon may not write.
 */
final class ChoiceFile {

    private static final String POLICY = "policy";
    private static final String PREVIOUS = "previous";
    private static final String CONFIGURED = "configured";

    private final Path file;

    /**
     * A choice, as it is kept. Empty text stands for nobody's choice.
     *
     * @param policy the key of the policy
     * @param previous what was chosen before that, if it can be gone back to
     * @param configured what the engine's configuration said when it was chosen
     */
    record Kept(String policy, Optional<String> previous, String configured) {

        static Kept nothing(String configured) {
            return new Kept("", Optional.empty(), configured);
        }

        /** @return the same with another policy, and a way back */
        Kept with(String other, String configuredNow) {
            return new Kept(other, Optional.of(policy), configuredNow);
        }
    }

    /** @param state the daemon's state folder */
    ChoiceFile(Path state) {
        this.file = state.resolve("policy.properties");
    }

    Path path() {
        return file;
    }

    /** @return empty if nobody ever chose */
    Optional<Kept> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no file of properties: " + e.getMessage(), e);
        }
        return Optional.of(new Kept(values.getProperty(POLICY, "").strip(), Optional.ofNullable(values.getProperty(PREVIOUS)).map(String::strip),
                values.getProperty(CONFIGURED, "").strip()));
    }

    /** Whole or not at all, and on the disk when it returns: it is written at most when somebody presses a button. */
    void write(Kept kept) throws IOException {
        Properties values = new Properties();
        values.setProperty(POLICY, kept.policy());
        kept.previous().ifPresent(previous -> values.setProperty(PREVIOUS, previous));
        values.setProperty(CONFIGURED, kept.configured());
        StringWriter text = new StringWriter();
        values.store(text, "The policy that was chosen by console, shell or command line. To forget it, remove this file while the daemon is stopped.");
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
