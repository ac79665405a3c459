package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.shim.TransparencyCase;
import io.agentcgroup.shim.TransparencySuite;
import io.agentcgroup.shim.TransparencySuite.Arm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A command does the same, byte for byte, with the appliance and without: the cases of the shim's own test, with the real daemon behind it. */
class TransparencyIT {

    private static final String SESSION = "transparency-" + ProcessHandle.current().pid();
    /** Where a shim looks whose environment was emptied. */
    private static final Path DEFAULT_RUN = Path.of("/run/agentcgroup");

    /** What is no single command of an agent is passed through, and the socket's permissions keep nobody out. */
    private static final Set<String> WITHOUT_A_DOMAIN = Set.of("argv: --version", "argv: -c without a command", "argv: -o without a name lists them",
            "argv: -s with arguments", "argv: a long option that does not exist", "argv: a script file is passed through", "argv: a script on stdin",
            "argv: a script that is not there", "disabled", "place: a working directory that we may not see, as nobody",
            "tty: an interactive shell is passed through");

    /** What is left running is told of, and so is a user who may not use the socket: on standard error, in lines of our own. */
    private static final Set<String> TELLING = Set.of("io: background output keeps the pipe open", "jobs: left behind",
            "jobs: nohup", "place: a working directory that we may not see, as nobody");
    private static final String OUR_LINE = "(?m)^\\[agentcgroup] .*\\n";

    /** When a case ran with the shim. */
    private record Window(Instant from, Instant to) {

        boolean has(Instant when) {
            return !when.isBefore(from) && !when.isAfter(to);
        }
    }

    private static final Map<String, Window> WINDOWS = new LinkedHashMap<>();

    private static Instance instance;
    private static Process agent;
    private static Path work;
    private static TransparencySuite suite;

    @BeforeAll
    static void start() throws Exception {
        instance = new Instance();
        instance.succeed("start");
        agent = instance.command("run", "--session", SESSION, "--", "sleep", "1000").start();
        Path procs = instance.tree().resolve(SESSION).resolve("agent/cgroup.procs");
        Eventually.isTrue("the agent runs", () -> Files.exists(procs) && !Files.readString(procs).isEmpty());
        Files.createDirectories(DEFAULT_RUN);
        Files.createSymbolicLink(defaultSocket(), instance.run().resolve(SESSION + ".sock"));
        work = Files.createTempDirectory("transparency");
        suite = new TransparencySuite(work, Instance.home().resolve("bin/agentcgroup-shell"), Path.of(System.getProperty("agentcgroup.kit")).normalize(), procs);
    }

    private static Path defaultSocket() {
        return DEFAULT_RUN.resolve(SESSION + ".sock");
    }

    @AfterAll
    static void end() throws Exception {
        Files.deleteIfExists(defaultSocket());
        if (agent != null) {
            agent.destroyForcibly();
        }
        instance.close();
        if (work != null) {
            Instance.delete(work);
        }
    }

    @TestFactory
    Stream<DynamicTest> withTheDaemonAsWithTheRealShells() {
        return Stream.concat(TransparencyCase.all().stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> assertNoDifference(one))),
                Stream.of(DynamicTest.dynamicTest("and each case had a domain", TransparencyIT::assertDomains)));
    }

    private static void assertNoDifference(TransparencyCase one) throws IOException, InterruptedException {
        for (String program : one.needs()) {
            Assumptions.assumeTrue(TransparencySuite.find(program).isPresent(), program + " is not installed");
        }
        TransparencySuite.Result real = suite.run(one, Arm.REAL);
        assertTrue(real.complete(), () -> "with the real shells already: " + real);
        Instant from = Instant.now();
        TransparencySuite.Result shim = suite.run(one, Arm.SHIM);
        WINDOWS.put(one.name(), new Window(from, Instant.now()));
        assertEquals(real, TELLING.contains(one.name()) ? withoutWords(shim) : shim);
    }

    private static TransparencySuite.Result withoutWords(TransparencySuite.Result result) {
        return new TransparencySuite.Result(result.exit(), result.output(), result.errors().replaceAll(OUR_LINE, ""), result.files());
    }

    /** Otherwise the cases would prove nothing but that the shim can get out of the way. */
    private static void assertDomains() throws IOException, InterruptedException {
        assertTrue(WINDOWS.size() >= 60, WINDOWS.size() + " cases");
        Eventually.isTrue("all calls have ended", () -> {
            try (Stream<Path> nodes = Files.list(instance.tree().resolve(SESSION))) {
                return nodes.noneMatch(node -> node.getFileName().toString().startsWith("call-"));
            }
        });
        // What it was still to write is written then.
        instance.succeed("stop");
        Set<String> expected = new TreeSet<>(WITHOUT_A_DOMAIN);
        expected.retainAll(WINDOWS.keySet());
        assertEquals(expected, withoutADomain());
    }

    /** @return the cases during which no call was received whose domain the kernel counted CPU time in */
    private static Set<String> withoutADomain() throws IOException {
        List<Instant> received = new ArrayList<>();
        for (String line : Files.readAllLines(instance.state().resolve("tool-calls.jsonl"))) {
            Map<String, Object> call = JSON.std.mapFrom(line);
            if (SESSION.equals(call.get("session")) && ((Map<?, ?>) call.get("usage")).get("cpu_us") instanceof Number us && us.longValue() > 0) {
                received.add(Instant.parse((String) call.get("received")));
            }
        }
        Set<String> without = new TreeSet<>();
        WINDOWS.forEach((name, window) -> {
            if (received.stream().noneMatch(window::has)) {
                without.add(name);
            }
        });
        return without;
    }
}
