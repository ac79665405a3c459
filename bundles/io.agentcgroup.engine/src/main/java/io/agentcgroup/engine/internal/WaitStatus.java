package io.agentcgroup.engine.internal;

import java.util.OptionalInt;

/** What {@code waitpid} says of an ended process, as {@code <sys/wait.h>} reads it. */
record WaitStatus(int raw) {

    private static final int SIGNAL_MASK = 0x7f;

    OptionalInt exitCode() {
        return signalNumber() == 0 ? OptionalInt.of(raw >> 8 & 0xff) : OptionalInt.empty();
    }

    OptionalInt signal() {
        return signalNumber() == 0 ? OptionalInt.empty() : OptionalInt.of(signalNumber());
    }

    boolean success() {
        return raw == 0;
    }

    private int signalNumber() {
        return raw & SIGNAL_MASK;
    }
}
