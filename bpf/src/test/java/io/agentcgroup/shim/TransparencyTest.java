package io.agentcgroup.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.shim.TransparencySuite.Arm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The shim against the real shells, byte for byte, with real domains behind it. */
class TransparencyTest {

    private static Path work;
    private static Peer peer;
    private static TransparencySuite suite;

    @BeforeAll
    static void start() throws IOException {
        peer = Peer.start("normal");
        work = Files.createTempDirectory("transparency");
        suite = new TransparencySuite(work, Host.program("agentcgroup-shell"), Host.testProgram("kit"),
                peer.agentProcs());
    }

    @AfterAll
    static void end() throws IOException, InterruptedException {
        if (peer != null) {
            peer.close();
        }
        if (work != null) {
            TransparencySuite.deleteAll(work);
        }
    }

    @TestFactory
    Stream<DynamicTest> sameAsTheRealShell() {
        return TransparencyCase.all().stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> assertNoDifference(one)));
    }

    private static void assertNoDifference(TransparencyCase one) throws IOException, InterruptedException {
        for (String program : one.needs()) {
            Assumptions.assumeTrue(TransparencySuite.find(program).isPresent(), program + " is not installed");
        }
        TransparencySuite.Result real = suite.run(one, Arm.REAL);
        assertTrue(real.complete(), () -> "already with the real shells already: " + real);
        assertEquals(real, suite.run(one, Arm.SHIM));
    }

    /** Otherwise the cases would prove nothing but that the shim can get out of the way. */
    @TestFactory
    Stream<DynamicTest> andEachCommandHadADomain() {
        return Stream.of(DynamicTest.dynamicTest("every call that was opened was started and ended", () -> {
            List<String> opened = peer.log("OPEN");
            assertTrue(opened.size() > 100, opened.size() + " calls");
            // One case runs as nobody, whom the kernel does not let into root's cgroup.
            assertEquals(1, peer.log("NOT_STARTED").size());
            List<String> born = Stream.concat(peer.awaitLog("STARTED", opened.size() - 1).stream(), peer.log("NOT_STARTED").stream())
                    .map(TransparencyTest::call).toList();
            List<String> unborn = opened.stream().filter(line -> !born.contains(call(line))).toList();
            // A signal of a case may reach the shim before the birth, which ends it as it would have ended the shell.
            assertTrue(unborn.size() <= 2, unborn::toString);
            assertEquals(List.of(), peer.log("UNEXPECTED"));
        }));
    }

    /** @return the part of a line of the log that says which call it is about */
    private static String call(String line) {
        return line.split(" ", 3)[1];
    }
}
