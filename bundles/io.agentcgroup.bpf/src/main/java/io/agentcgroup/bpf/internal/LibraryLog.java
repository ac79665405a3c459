package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What libbpf says, the verifier's log included. While somebody records, it goes to the record, so that an exception can tell
 * it; else into our log.
 */
final class LibraryLog implements Libbpf.PrintFunction {

    private static final Logger LOG = LoggerFactory.getLogger("io.agentcgroup.bpf.libbpf");

    private static final int LEVEL_WARN = 0;
    private static final int LEVEL_INFO = 1;

    /** Most lines are shorter. */
    private static final int USUAL_BYTES = 4096;
    /** libbpf gives the verifier at most 16 MiB to explain itself. */
    private static final int MOST_BYTES = 17 << 20;
    /** At least the size of a {@code va_list}: 24 bytes on x86-64, 32 on ARM. */
    private static final int VA_LIST_BYTES = 32;

    /** libbpf calls back on the thread that called it, and recording is done under the loader's lock. */
    private List<String> record;
    private Thread recorder;

    /** Records what libbpf says on this thread until {@link #recorded()}. */
    synchronized void startRecording() {
        record = new ArrayList<>();
        recorder = Thread.currentThread();
    }

    /** @return what was said since {@link #startRecording()}, line by line */
    synchronized List<String> recorded() {
        List<String> lines = record;
        record = null;
        recorder = null;
        return lines;
    }

    @Override
    public int print(int level, Pointer format, Pointer arguments) {
        if (level > LEVEL_INFO && !LOG.isDebugEnabled()) {
            return 0;
        }
        String text = text(format, arguments).stripTrailing();
        if (level > LEVEL_INFO || !keep(text)) {
            write(level, text);
        }
        return text.length();
    }

    private synchronized boolean keep(String text) {
        if (Thread.currentThread() != recorder) {
            return false;
        }
        text.lines().map(line -> line.startsWith("libbpf: ") ? line.substring("libbpf: ".length()) : line).forEach(record::add);
        return true;
    }

    private static void write(int level, String text) {
        if (level == LEVEL_WARN) {
            LOG.warn("{}", text);
        } else if (level == LEVEL_INFO) {
            LOG.info("{}", text);
        } else {
            LOG.debug("{}", text);
        }
    }

    private static String text(Pointer format, Pointer arguments) {
        // Reading the arguments uses them up, and a long text is read twice.
        byte[] saved = arguments.getByteArray(0, VA_LIST_BYTES);
        try (Memory buffer = new Memory(USUAL_BYTES)) {
            int length = Libc.vsnprintf(buffer, USUAL_BYTES, format, arguments);
            if (length < USUAL_BYTES) {
                return string(buffer, length);
            }
            int bytes = Math.min(length, MOST_BYTES) + 1;
            try (Memory again = new Memory(VA_LIST_BYTES); Memory large = new Memory(bytes)) {
                again.write(0, saved, 0, VA_LIST_BYTES);
                Libc.vsnprintf(large, bytes, format, again);
                return string(large, bytes - 1);
            }
        }
    }

    private static String string(Memory buffer, int length) {
        return new String(buffer.getByteArray(0, Math.max(0, length)), StandardCharsets.UTF_8);
    }
}
