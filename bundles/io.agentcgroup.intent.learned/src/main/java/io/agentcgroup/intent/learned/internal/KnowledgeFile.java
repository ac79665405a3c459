package io.agentcgroup.intent.learned.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.intent.learned.internal.model.Knowledge;
import io.agentcgroup.intent.learned.internal.model.KnowledgeDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * One JSON file that holds what was learned. It is written beside the old one, forced to disk and renamed: at any moment
 * there is a whole one. A database would be more than this needs: the state is bounded (a few MB), read once, and written
 * as a whole; and this way what is stored is what hosts exchange.
 */
final class KnowledgeFile {

    /** Four times what the most nodes can take; a larger file is not ours. */
    private static final long LARGEST_BYTES = 64L << 20;

    private KnowledgeFile() {
    }

    /** @throws IOException if the file cannot be read, or is none of ours */
    static Knowledge read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_BYTES) {
            throw new IOException(file + " is larger than " + (LARGEST_BYTES >> 20) + " MB");
        }
        try {
            return KnowledgeDocument.read(JSON.std.mapFrom(Files.readAllBytes(file)));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** @throws IOException if it cannot be written; then the old file is as it was */
    static void write(Path file, Map<String, Object> document) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.std.asBytes(document));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
