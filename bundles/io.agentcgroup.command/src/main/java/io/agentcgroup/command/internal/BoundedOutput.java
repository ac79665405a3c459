package io.agentcgroup.command.internal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of what is printed, and says so when that is not all. */
final class BoundedOutput extends OutputStream {

    private static final int KIB = 1024;

    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean cut;

    /** @param mostKib how much is kept */
    BoundedOutput(int mostKib) {
        most = mostKib * KIB;
    }

    @Override
    public synchronized void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) {
        int room = Math.min(count, most - kept.size());
        kept.write(bytes, from, room);
        cut |= room < count;
    }

    /** @return what was printed until now */
    synchronized String text() {
        String text = kept.toString(StandardCharsets.UTF_8);
        return cut ? text + "\n... and more than the " + most / KIB + " KiB that are shown\n" : text;
    }
}
