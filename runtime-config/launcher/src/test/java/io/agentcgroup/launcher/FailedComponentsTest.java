package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailedComponentsTest {

    @Test
    void theReasonOfAFailureIsWhatItsFirstCauseSays() {
        assertEquals("pids is 32 to 99, not 3", FailedComponents.reason("java.lang.IllegalArgumentException: pids is 32 to 99, not 3\n\tat a.B.c(B.java:1)\n"));
        assertEquals("no such file", FailedComponents.reason("java.lang.IllegalStateException: cannot\n\tat a.B.c(B.java:1)\n"
                + "Caused by: java.io.UncheckedIOException: io\n\t... 3 more\nCaused by: java.nio.file.FileSystemException: no such file\n\t... 9 more"));
    }

    @Test
    void aFailureWithoutWordsIsNamedByItsClass() {
        assertEquals("java.lang.StackOverflowError", FailedComponents.reason("java.lang.StackOverflowError"));
    }
}
