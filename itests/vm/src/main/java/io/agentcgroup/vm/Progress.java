package io.agentcgroup.vm;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells a person what a long step is doing: one line when it starts, one when it ends, with the time it took. */
final class Progress {

    private final Consumer<String> sink;

    Progress(Consumer<String> sink) {
        this.sink = sink;
    }

    void say(String line) {
        sink.accept("guest: " + line);
    }

    /** Says {@code what ...} now and {@code what: done in 3.2 s} when the returned step is closed after {@link Step#done}. */
    Step step(String what) {
        say(what + " ...");
        return new Step(what);
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
    }

    final class Step {

        private final String what;
        private final long startedNanos = System.nanoTime();

        private Step(String what) {
            this.what = what;
        }

        Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }

        /** A sign of life in the middle of a long step. */
        void still(String detail) {
            say(what + ": " + detail + ", " + seconds(elapsed()));
        }

        void done(String detail) {
            say(what + ": " + (detail.isEmpty() ? "" : detail + ", ") + "done in " + seconds(elapsed()));
        }
    }
}
