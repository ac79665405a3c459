package io.agentcgroup.itests.kernel.bpf;

import com.sun.jna.Function;

/** The system call that the test programs count: nobody makes it by chance. */
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
