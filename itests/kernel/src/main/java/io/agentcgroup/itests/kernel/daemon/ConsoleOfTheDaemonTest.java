package io.agentcgroup.itests.kernel.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.PasswordHash;
import io.agentcgroup.console.security.accounts.Passwords;
import io.agentcgroup.console.security.accounts.Role;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What the console does, looked at in the kernel: the tests in a browser run on hosts that may have no memory controller. As in a
 * browser, each act is a request with the login's cookie and token. One story, since a daemon takes long to start here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleOfTheDaemonTest {

    private static final String SESSION = "acts";
    private static final String USER = "eve";
    private static final String PAGES = "/system/console/agentcgroup/";
    private static final long MIB = 1L << 20;
    private static final long PAGE = 4096;
    private static final long FATE_S = 60;
    private static final Pattern METRIC = Pattern.compile("agentcgroup_\\w+");
    private static final Pattern KILLED = Pattern.compile("code (\\d+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private Scratch scratch;
    private Appliance appliance;
    private String address;
    private String cookie;
    private String token;
    private Path said;
    private Process agent;
    private ControlGroup session;
    private ControlGroup call;

    @BeforeAll
    void start() throws Exception {
        String home = System.getProperty("agentcgroup.test.home");
        assumeTrue(home != null, "needs the distribution");
        scratch = new Scratch();
        Path folder = scratch.folder("a");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        address = "http://127.0.0.1:" + port;
        appliance = Appliance.configured(Path.of(home), folder, Map.of("features", "core, enforcement, calls, intents, policies, gateway, health, console, metrics",
                "org.osgi.service.http.port", Integer.toString(port)), Map.of("io.agentcgroup.engine", Map.of("tier", "cgroup")));
        char[] password = Passwords.generate();
        Files.createDirectories(appliance.state());
        new AccountsFile(appliance.state()).put(new Account(USER, Role.OPERATE, PasswordHash.of(password)));
        appliance.start();
        logIn(new String(password));

        said = scratch.folder().resolve("said");
        ProcessBuilder builder = appliance.agent(List.of("--session", SESSION, "--memory", "512m"),
                List.of("/bin/sh", "-c", "bash -c 'sleep 1000; true'; echo code $? >" + said + "; sleep 1000"));
        builder.environment().put("AGENTCGROUP_TIMEOUT_MS", "60000");
        agent = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        session = appliance.root().child(SESSION);
        await("the call runs", () -> session.exists() && session.children().stream().anyMatch(ConsoleOfTheDaemonTest::isRunningCall));
        call = session.children().stream().filter(ConsoleOfTheDaemonTest::isRunningCall).findFirst().orElseThrow();
    }

    private static boolean isRunningCall(ControlGroup group) {
        try {
            return name(group).startsWith("call-") && !group.processes().isEmpty();
        } catch (IOException e) {
            // Just gone.
            return false;
        }
    }

    private static String name(ControlGroup group) {
        return group.directory().getFileName().toString();
    }

    @AfterAll
    void stop() throws Exception {
        if (agent != null) {
            agent.destroyForcibly();
        }
        if (appliance != null) {
            appliance.close();
            scratch.close();
        }
    }

    private void logIn(String password) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(address + "/login")).header("Origin", address)
                .POST(BodyPublishers.ofString(JSON.std.asString(Map.of("name", USER, "password", password)))).build(), BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        token = String.valueOf(JSON.std.mapFrom(answer.body()).get("token"));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + PAGES + path)).header("Cookie", cookie);
    }

    private String act(String operation, Map<String, ?> parameters) throws Exception {
        HttpResponse<String> answer = client.send(request("api/" + operation).header("Origin", address).header("X-AgentCgroup-Token", token)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(JSON.std.asString(parameters))).build(), BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return String.valueOf(JSON.std.mapFrom(answer.body()).get("done"));
    }

    private Map<String, Object> look(String what) throws Exception {
        HttpResponse<String> answer = client.send(request("api/" + what).build(), BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.std.mapFrom(answer.body());
    }

    private String callId() {
        return name(call).substring("call-".length());
    }

    private interface Fact {
        boolean holds() throws Exception;
    }

    private static void await(String what, Fact fact) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FATE_S);
        // Of all that is waited for here, only some has a file that tells.
        while (!fact.holds()) {
            assertTrue(System.nanoTime() < deadline, "not so after " + FATE_S + " s: " + what);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    @Order(1)
    void thePageOfTheHostHasTheMemoryThatTheKernelCounts() throws Exception {
        // By the operator's word; the kernel gives more.
        assertEquals("cgroup", look("host").get("tier"));
        assertTrue(((Number) look("host").get("budget_bytes")).longValue() > 0, "no budget");
        HttpResponse<InputStream> live = client.send(request("live").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(live.body(), StandardCharsets.UTF_8))) {
            Map<String, Object> moment = JSON.std.mapFrom(lines.readLine().substring("data: ".length()));
            Map<?, ?> shown = ((List<?>) moment.get("sessions")).stream().map(one -> (Map<?, ?>) one).filter(one -> SESSION.equals(one.get("name")))
                    .findFirst().orElseThrow();
            assertTrue(((Number) ((Map<?, ?>) shown.get("usage")).get("memory_current_bytes")).longValue() > 0, shown.toString());
            assertEquals(512 * MIB, ((Number) shown.get("memory_budget_bytes")).longValue());
            // The kernel's limits are whole pages.
            long limit = ((Number) shown.get("background_limit_bytes")).longValue();
            assertEquals(limit - limit % PAGE, session.child("background").number("memory.max").orElseThrow());
            Map<?, ?> background = (Map<?, ?>) shown.get("background_usage");
            for (String counted : List.of("memory_current_bytes", "memory_peak_bytes", "cpu_usage_us", "memory_stall_some_us")) {
                assertTrue(background.get(counted) instanceof Number, counted + " is not in " + background);
            }
        }
    }

    @Test
    @Order(2)
    void everyMetricOfTheDashboardIsThere() throws Exception {
        String secret = Files.readString(appliance.state().resolve("secrets/metrics")).strip();
        HttpResponse<String> metrics = client.send(HttpRequest.newBuilder(URI.create(address + "/metrics")).header("Authorization", "Bearer " + secret).build(),
                BodyHandlers.ofString());
        assertEquals(200, metrics.statusCode());
        assertTrue(metrics.body().contains("tier=\"cgroup\""), metrics.body());
        String dashboard = Files.readString(Path.of(System.getProperty("agentcgroup.test.home"), "docs/grafana-dashboard.json"));
        Set<String> shown = METRIC.matcher(dashboard).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
        assertTrue(shown.size() > 10, shown.toString());
        shown.removeIf(name -> metrics.body().lines().anyMatch(line -> line.startsWith(name + "{") || line.startsWith(name + " ")));
        assertEquals(Set.of(), shown, metrics.body());
    }

    @Test
    @Order(3)
    void anotherBudgetAndPriorityAreTheKernelsLimits() throws Exception {
        assertEquals(512 * MIB, session.number("memory.max").orElseThrow());
        long weight = session.number("cpu.weight").orElseThrow();

        act("session-change", Map.of("session", SESSION, "priority", "low", "memory", "384m"));

        await("the new budget", () -> session.number("memory.max").orElse(0) == 384 * MIB);
        assertTrue(session.number("cpu.weight").orElseThrow() < weight, "a low session weighs less");
    }

    @Test
    @Order(4)
    void aPausedCallStandsStillInTheKernelUntilItIsThawed() throws Exception {
        act("call-pause", Map.of("call", callId(), "session", SESSION));
        await("its processes are stopped", () -> call.counters("cgroup.events").get("frozen") == 1);
        act("call-thaw", Map.of("call", callId(), "session", SESSION));
        await("its processes run", () -> call.counters("cgroup.events").get("frozen") == 0);
    }

    @Test
    @Order(5)
    void endingACallEndsItAndNothingElse() throws Exception {
        act("call-end", Map.of("call", callId(), "session", SESSION));
        await("the agent sees it", () -> Files.exists(said) && KILLED.matcher(Files.readString(said)).find());
        Matcher code = KILLED.matcher(Files.readString(said));
        assertTrue(code.find() && Integer.parseInt(code.group(1)) != 0, Files.readString(said));
        await("its cgroup is gone", () -> !call.exists());
        assertTrue(agent.isAlive(), "the agent of a call that was ended");
        assertTrue(session.exists());
    }

    @Test
    @Order(6)
    void closingTheSessionEndsTheAgentAndEachActIsKeptWithWhoDidIt() throws Exception {
        act("session-close", Map.of("session", SESSION));
        assertTrue(agent.waitFor(FATE_S, TimeUnit.SECONDS), "the agent lives on in a closed session");
        await("its cgroup is gone", () -> !session.exists());
        List<String> acts = appliance.events().stream().filter(line -> line.contains("\"kind\":\"console\"")).toList();
        for (String operation : List.of("session-change", "call-pause", "call-thaw", "call-end", "session-close")) {
            assertTrue(acts.stream().anyMatch(line -> line.contains("\"operation\":\"" + operation + "\"") && line.contains("\"user\":\"" + USER + "\"")),
                    operation + " is not in " + acts);
        }
        assertFalse(acts.stream().anyMatch(line -> line.contains(token)), "a token in the journal");
    }
}
