package io.agentcgroup.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.vm.GuestResult;
import io.agentcgroup.vm.GuestRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package: checked by lintian, and lived through once on a host with systemd as the first process. */
class PackageIT {

    /** Twenty times what each tool takes on the host. */
    private static final long TOOL_AT_MOST_S = 120;

    /** Six minutes on a machine with four times as much to do as it can; a quarter of that on a quiet one. */
    private static final Duration LIFE_AT_MOST = Duration.ofMinutes(15);

    /** What the unit says that it needs: CHOWN, DAC_OVERRIDE, FOWNER, SYS_ADMIN, SYS_RESOURCE, PERFMON, BPF. */
    private static final long CAPABILITIES = 1L << 0 | 1L << 1 | 1L << 3 | 1L << 21 | 1L << 24 | 1L << 38 | 1L << 39;

    /** Of the session whose call is running during the upgrade. */
    private static final long BUDGET_BYTES = 512L << 20;

    @TempDir
    static Path folder;

    private static Path debianPackage;
    private static Map<String, String> facts;
    private static String said;

    @BeforeAll
    static void liveThroughIt() throws Exception {
        debianPackage = onlyPackageIn(Path.of(System.getProperty("agentcgroup.deb")));
        Path later = laterVersion();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Path script = folder.resolve("package.sh");
        try (InputStream resource = PackageIT.class.getResourceAsStream("package.sh")) {
            Files.copy(resource, script);
        }
        GuestResult result = GuestRun.builder().systemd(true).timeout(LIFE_AT_MOST).add(script, "/opt/packages/package.sh")
                .add(debianPackage, "/opt/packages/one.deb").add(later, "/opt/packages/two.deb").build()
                .run(List.of("bash", "/opt/packages/package.sh", "/opt/packages/one.deb", "/opt/packages/two.deb"), out, err,
                        folder.resolve("results"));
        said = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
        Files.writeString(Path.of(System.getProperty("agentcgroup.deb"), "life-of-the-package.log"), said);
        assertEquals(0, result.exitCode(), said);
        facts = out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("="))
                .collect(Collectors.toMap(line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
    }

    private static Path onlyPackageIn(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".deb")).reduce((one, other) -> {
                throw new AssertionError("two packages: " + one + ", " + other);
            }).orElseThrow();
        }
    }

    /** The same, but for its version and the defaults in two files of configuration. */
    private static Path laterVersion() throws IOException, InterruptedException {
        Path unpacked = folder.resolve("later");
        tool("dpkg-deb", "-R", debianPackage.toString(), unpacked.toString());
        Path control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*", "Version: 0.1.1"));
        Path configuration = unpacked.resolve("etc/agentcgroup");
        Files.writeString(configuration.resolve("agentcgroup.properties"), "# another default\n", StandardOpenOption.APPEND);
        Files.writeString(configuration.resolve("logback.xml"), "<!-- another default -->\n", StandardOpenOption.APPEND);
        Path later = folder.resolve("later.deb");
        tool("dpkg-deb", "--root-owner-group", "-Znone", "-b", unpacked.toString(), later.toString());
        return later;
    }

    private static String tool(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("tool.said");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertTrue(process.waitFor(TOOL_AT_MOST_S, TimeUnit.SECONDS), () -> command[0] + " does not end");
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    @Test
    void lintianFindsNothingWrong() throws Exception {
        assertEquals("", tool("lintian", "--allow-root", "--fail-on", "error,warning", debianPackage.toString()));
    }

    @Test
    void installingStartsTheDaemonNowAndAtBoot() {
        assertEquals("0", facts.get("install.code"), said);
        assertEquals("active active", facts.get("active"), said);
        assertEquals("enabled", facts.get("enabled"), said);
    }

    @Test
    void theHardenedDaemonGetsTheStrongestTierOfTheKernel() {
        assertEquals("limits are kept by the tier sched-ext", facts.get("tier"), said);
        assertEquals(CAPABILITIES, Long.parseLong(facts.get("capabilities"), 16), said);
    }

    @Test
    void memoryIsKeptForTheDaemonAndForTheAgents() {
        assertEquals(448L << 20, Long.parseLong(facts.get("slice_min")), said);
        assertEquals(192L << 20, Long.parseLong(facts.get("daemon_min")), said);
    }

    @Test
    void aCallOfAnAgentRunsInItsOwnCgroupOfTheDelegatedUnit() {
        assertTrue(facts.get("call").matches("0::/agentcgroup\\.slice/agentcgroup-tree\\.service/short/call-[^/]+"), said);
    }

    @Test
    void anUpgradeKeepsRunningCallsWithTheirLimitsAndBringsANewDaemonThatKnowsThem() {
        assertEquals("0", facts.get("upgrade.code"), said);
        assertEquals("yes", facts.get("daemon_is_new"), said);
        assertEquals("active active", facts.get("active_after"), said);
        assertTrue(facts.get("lasting").contains("/lasting/call-"), said);
        assertEquals(facts.get("lasting"), facts.get("lasting.after"), said);
        // The policy may change a limit meanwhile, never beyond the session's budget.
        assertTrue(Long.parseLong(facts.get("limit.before")) <= BUDGET_BYTES, said);
        assertTrue(Long.parseLong(facts.get("limit.after")) <= BUDGET_BYTES, said);
        assertTrue(facts.get("next_call").contains("/lasting/call-"), said);
    }

    @Test
    void anUpgradeKeepsChangedConfigurationAndRenewsTheRest() {
        assertEquals("# mine", facts.get("mine"), said);
        assertEquals("<!-- another default -->", facts.get("theirs"), said);
    }

    @Test
    void aDaemonThatHangsIsKilledByTheWatchdogAndTheNextOneTakesOverTheCallAndJournalsItsEnd() {
        assertEquals("0", facts.get("hang.code"), said);
        assertEquals("Watchdog timeout", facts.get("hang.why"), said);
        assertEquals(facts.get("lasting"), facts.get("hang.call"), said);
        assertTrue(Long.parseLong(facts.get("hang.limit")) <= BUDGET_BYTES, said);
        assertTrue(Long.parseLong(facts.get("hang.adopted_limit")) <= BUDGET_BYTES, said);
        assertTrue(facts.get("hang.ended").contains("\"id\":\"" + facts.get("lasting").replaceFirst(".*/call-", "") + "\""), said);
        assertTrue(facts.get("hang.ended").contains("\"adopted\":true"), said);
        assertEquals("code 9", facts.get("hang.agent"), said);
    }

    @Test
    void purgingEndsTheAgentsAndLeavesNothingBehind() {
        assertEquals("0", facts.get("purge.code"), said);
        assertEquals("", facts.get("survivors"), said);
        assertEquals("", facts.get("left_over"), said);
        assertEquals("", facts.get("units"), said);
        assertEquals("disabled", facts.get("scheduler"), said);
    }
}
