package io.agentcgroup.bpf.internal;

import com.sun.jna.Function;

/** The system call that the test program counts: nobody makes it by chance. */
final class Getpriority {

    private static final Function CALL = Function.getFunction("c", "getpriority");

    private Getpriority() {
    }

    static void call(int times) {
        for (int i = 0; i < times; i++) {
            CALL.invokeInt(new Object[] {0, 0});
        }
    }
}
