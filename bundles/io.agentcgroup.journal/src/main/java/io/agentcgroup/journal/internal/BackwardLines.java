package io.agentcgroup.journal.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/** Reads a file line by line from its end. What follows the last line end is not a line yet and is left out. */
final class BackwardLines {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final RandomAccessFile file;
    /** Bytes of the file from {@link #start}; a line that is not complete in it needs what stands before. */
    private byte[] window = new byte[0];
    private long start;
    /** Where in the window the next line to be returned ends, its line end included. */
    private int end;

    BackwardLines(RandomAccessFile file) throws IOException {
        this.file = file;
        start = file.length();
        end = 0;
        skipTornLine();
    }

    /** @return the line before the last one returned, without its line end; null at the beginning of the file */
    byte[] previous() throws IOException {
        if (end == 0 && !extend()) {
            return null;
        }
        int newline = lastNewline(end - 2);
        while (newline < 0) {
            if (!extend()) {
                return take(0);
            }
            newline = lastNewline(end - 2);
        }
        return take(newline + 1);
    }

    private byte[] take(int from) {
        byte[] line = Arrays.copyOfRange(window, from, end - 1);
        end = from;
        return line;
    }

    private void skipTornLine() throws IOException {
        int newline = -1;
        while (newline < 0 && extend()) {
            newline = lastNewline(end - 1);
        }
        end = newline + 1;
    }

    private int lastNewline(int from) {
        for (int i = from; i >= 0; i--) {
            if (window[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Puts one more chunk before the window and drops what was returned already. */
    private boolean extend() throws IOException {
        int more = (int) Math.min(CHUNK_BYTES, start);
        if (more == 0) {
            return false;
        }
        start -= more;
        byte[] extended = new byte[more + end];
        file.seek(start);
        file.readFully(extended, 0, more);
        System.arraycopy(window, 0, extended, more, end);
        window = extended;
        end += more;
        return true;
    }
}
