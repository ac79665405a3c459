package io.agentcgroup.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private static final String PASSED = "<testcase classname='a.A' name='b'/>";
    private static final String FAILED = "<testcase classname='a.A' name='c'><failure message='m'>t</failure></testcase>";
    private static final String BROKEN = "<testcase classname='a.A' name='d'><error/><system-out>x</system-out></testcase>";
    private static final String SKIPPED = "<testcase classname='a.A' name='e'><skipped message='m'/></testcase>";

    private static final String FLAKY = "<testcase classname='a.A' name='%s'><flakyFailure message='m'>t</flakyFailure></testcase>";

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void addsUpHostAndGuest() throws IOException {
        report("one/target/surefire-reports", PASSED + PASSED + SKIPPED);
        report("two/target/failsafe-reports", PASSED);
        report("two/target/guest-reports", PASSED + PASSED);

        assertTrue(summarize(false));
        assertEquals(List.of("guest: 2 passed, 0 failed, 0 skipped", "5 passed, 0 failed, 1 skipped"), lines());
    }

    @Test
    void aFailureOrAnErrorAnywhereIsNamedAndFails() throws IOException {
        report("one/target/surefire-reports", FAILED);
        report("two/target/guest-reports", BROKEN + PASSED);

        assertFalse(summarize(false));
        assertTrue(lines().containsAll(List.of("failed: a.A.c", "failed: a.A.d (in the guest)")));
        assertEquals("1 passed, 2 failed, 0 skipped", lines().get(lines().size() - 1));
    }

    @Test
    void aGuestWithAnotherKernelCountsAsAGuest() throws IOException {
        report("one/target/guest-reports", PASSED);
        report("one/target/other-guest-reports", PASSED + FAILED);

        assertFalse(summarize(false));
        assertEquals(List.of("failed: a.A.c (in the guest)", "guest: 2 passed, 1 failed, 0 skipped", "2 passed, 1 failed, 0 skipped"),
                lines());
    }

    @Test
    void whatPassesWhenItIsRunAgainPassesAndIsNamed() throws IOException {
        report("one/target/failsafe-reports", FLAKY.formatted("x"));
        report("two/target/guest-reports", PASSED + FAILED);
        report("two/target/again-guest-reports", FAILED.replaceFirst("<failure.*</failure>", ""));

        assertTrue(summarize(false));
        assertEquals(List.of("passed only when it was run again: a.A.x", "passed only when it was run again: a.A.c (in the guest)",
                "guest: 2 passed, 0 failed, 0 skipped", "3 passed, 0 failed, 0 skipped"), lines());
    }

    @Test
    void whatFailsAgainInTheGuestFailsOnce() throws IOException {
        report("two/target/guest-reports", PASSED + FAILED);
        report("two/target/again-guest-reports", FAILED);

        assertFalse(summarize(false));
        assertEquals(List.of("failed: a.A.c (in the guest)", "guest: 1 passed, 1 failed, 0 skipped", "1 passed, 1 failed, 0 skipped"), lines());
    }

    @Test
    void manyThatPassOnlyWhenRunAgainAreAFailure() throws IOException {
        report("one/target/guest-reports", PASSED);
        report("one/target/failsafe-reports", FLAKY.formatted("p") + FLAKY.formatted("q") + FLAKY.formatted("r") + FLAKY.formatted("s"));

        assertFalse(summarize(false));
        assertTrue(lines().contains("4 tests passed only when they were run again; more than 3 is no chance any more"), lines().toString());
    }

    @Test
    void nothingRunIsAFailure() throws IOException {
        assertFalse(summarize(false));
        assertEquals("no test ran", lines().get(0));
    }

    @Test
    void nothingRunInTheGuestIsAFailure() throws IOException {
        report("one/target/surefire-reports", PASSED);

        assertFalse(summarize(false));
        assertEquals("no test passed in the guest", lines().get(0));
    }

    @Test
    void aTestSkippedInTheGuestIsAFailureUnlessAskedFor() throws IOException {
        report("one/target/guest-reports", PASSED + SKIPPED);

        assertFalse(summarize(false));
        assertTrue(summarize(true));
    }

    @Test
    void aTornReportIsNotIgnored() throws IOException {
        report("one/target/surefire-reports", "<testcase>");

        assertThrows(IOException.class, () -> summarize(false));
    }

    @Test
    void reportsThatAreTestDataAreNotCounted() throws IOException {
        report("one/target/guest-reports", PASSED);
        report("one/src/test/resources", FAILED);

        assertTrue(summarize(false));
    }

    private void report(String directory, String cases) throws IOException {
        Path reports = Files.createDirectories(folder.resolve(directory));
        Files.writeString(reports.resolve("TEST-a.xml"), "<testsuite tests='99'>" + cases + "</testsuite>");
    }

    private boolean summarize(boolean guestMaySkip) throws IOException {
        return new Main(guestMaySkip, new PrintStream(printed, true, StandardCharsets.UTF_8)).summarize(folder);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
