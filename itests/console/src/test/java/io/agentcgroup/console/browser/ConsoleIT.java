package io.agentcgroup.console.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.container.DeployableBundle;
import io.agentcgroup.container.Eventually;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** The console as its operator uses it, and as somebody tries to who is not. One appliance, one agent with real calls. */
class ConsoleIT {

    private static final String SESSION = "web";
    /** Markup, a script, an escape sequence, a mark that reverses the reading order. */
    private static final String HOSTILE = "true '<img src=x onerror=document.title=1><script>document.title=2</script>' \\x1b[31m\\u202e";
    private static final String JSON_TYPE = "application/json";
    private static final int UPDATE_AT_MOST_MS = 1_000;
    /** Above every ranking that is shipped. */
    private static final int HIGH_RANKING = 10_000;

    private static Console console;
    private static Agent agent;
    private static Browser browser;
    private static String password;

    @BeforeAll
    static void startWithAnAgent() throws Exception {
        console = new Console();
        Files.writeString(console.instance().conf().resolve("io.agentcgroup.console.security.cfg"), "upload = true\n");
        console.start();
        password = Console.password(console.started());
        agent = new Agent(console.instance(), SESSION);
        agent.run(HOSTILE);
        agent.run("exit 3");
        agent.run("sleep 0.3; seq 100000 | sort -R | tail -1");
        browser = new Browser();
        browser.look(1280, 900, false);
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        agent.close();
        console.close();
    }

    @BeforeEach
    void logIn() {
        browser.open(console.address() + Console.PAGES);
        if (browser.address().endsWith("/login")) {
            logInAs("admin", password);
        }
    }

    private static void logInAs(String user, String secret) {
        browser.open(console.address() + "/login");
        browser.type("#name", user);
        browser.type("#password", secret);
        browser.click("#submit");
        browser.await("the console is live", "#live", "live");
    }

    @Test
    void thePasswordIsShownOnceAndKeptNowhere() throws Exception {
        List<Path> holding = new ArrayList<>();
        try (Stream<Path> files = Files.walk(console.instance().state())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(password)) {
                    holding.add(file);
                }
            }
        }
        assertEquals(List.of(), holding);
    }

    @Test
    void strangersSeeOnlyTheLogin() throws Exception {
        for (String path : List.of(Console.PAGES, Console.PAGES + "api/calls", Console.PAGES + "live", "/system/console/bundles",
                "/system/console/res/lib/support.js")) {
            HttpResponse<String> answer = console.send(console.request(path).build());
            assertEquals(302, answer.statusCode(), path);
            assertEquals("", answer.body(), path);
        }
        HttpResponse<String> withBasic = console.send(console.request("/system/console/bundles").header("Authorization", "Basic YWRtaW46YWRtaW4=").build());
        assertEquals(302, withBasic.statusCode(), "the console's own default password");
    }

    @Test
    void everyAnswerCarriesStrictHeaders() throws Exception {
        for (String path : List.of("/login", "/nothing", Console.PAGES)) {
            HttpResponse<String> answer = console.send(console.request(path).build());
            String policy = answer.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), path + " " + policy);
            assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""), path);
            assertTrue(answer.headers().firstValue("Referrer-Policy").isPresent(), path);
        }
    }

    @Test
    void aWrongPasswordIsRefusedInWords() throws Exception {
        browser.open(console.address() + "/login");
        browser.type("#password", "wrong");
        browser.click("#submit");
        browser.await("the refusal", "#message", "wrong name or password");
        browser.screenshot("login");
        assertTrue(browser.address().endsWith("/login"));
        logInAs("admin", password);
    }

    @Test
    void everyPageIsUsefulAtEachWidthAndInBothColours() throws Exception {
        agent.run("for i in 1 2 3 4 5 6; do sleep 0.3; seq 20000 | sort -R >/dev/null; done");
        Map<String, String> pages = Map.of("host", "#host", "sessions", "#sessions", "calls", "#calls", "policies", "#policies", "call", "#call/" + hostileCall());
        for (Map.Entry<String, String> page : pages.entrySet()) {
            browser.go(page.getValue());
            browser.find("main .panel");
            Eventually.isTrue("the page has its content", () -> Boolean.TRUE.equals(browser.script(
                    "return [...document.querySelectorAll('main .panel')].reduce((length, panel) => length + panel.innerText.length, 0) > 60")));
            for (boolean dark : new boolean[] {false, true}) {
                for (int width : new int[] {1280, 400}) {
                    browser.look(width, width == 400 ? 1400 : 900, dark);
                    // What is drawn fits itself to a new width a moment later.
                    Eventually.isTrue(page.getKey() + " is not wider than a window of " + width, () -> Boolean.TRUE.equals(
                            browser.script("return innerWidth === arguments[0] && document.documentElement.scrollWidth <= innerWidth", width)));
                    browser.script("window.scrollTo(0, 0)");
                    browser.screenshot(page.getKey() + "-" + width + (dark ? "-dark" : ""));
                }
            }
            assertEquals(0L, browser.script("return [...document.querySelectorAll('button, input, select, a')].filter(e => e.offsetParent && "
                    + "!(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length"), "nameless controls on " + page.getKey());
        }
        browser.look(1280, 900, false);
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void theHostPageSaysWhetherTheApplianceIsWell() {
        browser.go("#host");
        browser.await("the check of the journal", "#health", "can be written");
        assertEquals(10, browser.all("#health tr").size());
    }

    @Test
    void aCallIsSeenWithinASecondAndCanBeEnded() throws Exception {
        browser.go("#sessions");
        browser.find("tr[data-session=" + SESSION + "]");
        agent.run("exec sleep 77");
        Eventually.isTrue("the call runs", () -> calls().stream().anyMatch(call -> "exec sleep 77".equals(call.get("command"))));
        long runsNs = System.nanoTime();
        browser.await("the call is shown", "tr[data-call] .command", "sleep 77");
        long shownMs = (System.nanoTime() - runsNs) / 1_000_000;
        assertTrue(shownMs < UPDATE_AT_MOST_MS, "shown after " + shownMs + " ms");

        String call = call("sleep 77");
        browser.click("tr[data-call='" + call + "'] button.danger");
        browser.screenshot("confirm");
        browser.confirm();
        browser.await("what was done is said", "#toast", "is ended");
        Eventually.isTrue("the call is journalled", () -> journal().stream().anyMatch(line -> call.equals(line.get("id"))));
        Map<String, Object> line = journal().stream().filter(entry -> call.equals(entry.get("id"))).findFirst().orElseThrow();
        assertEquals("ended", line.get("end"));
        Eventually.isTrue("the row is gone", () -> browser.all("tr[data-call='" + call + "']").isEmpty());
        assertTrue(console.ask("events", "events", Map.of("limit", 50)).stream().anyMatch(event -> event.get("message").equals("admin: call " + call + " is ended")), "who did it");
    }

    @Test
    void aCallIsPausedAndLetGoOn() throws Exception {
        browser.go("#sessions");
        String call = aRunningCall();
        String row = "tr[data-call='" + call + "']";
        browser.click(row + " button[aria-label^=Pause]");
        browser.confirm();
        browser.await("it is shown as frozen", row + " .tag", "freeze");
        browser.click(row + " button[aria-label^=Thaw]");
        // Asked of the page at once: it may make the row anew between two questions.
        Eventually.isTrue("it is shown as free",
                () -> Boolean.FALSE.equals(browser.script("return document.querySelector(arguments[0])?.checkVisibility()", row + " .tag")));
        console.instance().succeed("pause", call);
        browser.await("what the command line does is shown", row + " .tag", "freeze");
        console.instance().succeed("thaw", call);
    }

    @Test
    void priorityAndBudgetOfASessionAreChanged() {
        browser.go("#sessions");
        browser.click("tr[data-session=" + SESSION + "] td.actions button");
        browser.script("document.querySelector('dialog select').value = 'low'");
        browser.type("dialog input[name=memory]", "7168m");
        browser.confirm();
        browser.await("the new priority", "tr[data-session=" + SESSION + "] .tag", "low");
        browser.await("the new budget", "tr[data-session=" + SESSION + "] td", "7 GiB");
    }

    @Test
    void aSessionIsClosedWithItsAgentAndNoOther() throws Exception {
        try (Agent other = new Agent(console.instance(), "closing")) {
            browser.go("#sessions");
            browser.click("tr[data-session=closing] button.danger");
            browser.confirm();
            browser.await("what was done is said", "#toast", "closing is closed");
            Eventually.isTrue("its row is gone", () -> browser.all("tr[data-session=closing]").isEmpty());
            Eventually.isTrue("its agent is gone", () -> !other.isAlive());
        }
        browser.find("tr[data-session=" + SESSION + "]");
        assertTrue(agent.isAlive());
    }

    @Test
    void whatAnAgentWroteStaysText() throws Exception {
        browser.go("#call/" + hostileCall());
        String shown = browser.text(".command-text");
        assertTrue(shown.contains("<img src=x onerror=") && shown.contains("<script>"), shown);
        assertTrue(shown.contains("\\x1b[31m\\u202e"), shown);
        browser.go("#calls?q=onerror");
        browser.await("the row", "#past td.command", "<img src=x");
        assertEquals(0L, browser.script("return document.querySelectorAll('main img, main script').length"));
        assertTrue(browser.title().endsWith("AgentCgroup"), browser.title());
        String log = console.instance().log();
        assertFalse(log.contains("onerror") || log.contains("\u001b") || log.contains("\u202e"), "an agent's text in the log");
    }

    @Test
    void theMemoryOfACallThatHasEndedIsDrawnWithItsRungs() throws Exception {
        String line = "{\"schema\":\"agentcgroup.tool-call/v1\",\"id\":\"drawn-1\",\"session\":\"" + SESSION + "\",\"received\":\"2026-11-22T12:00:00Z\","
                + "\"ended\":\"2026-11-22T12:00:08Z\",\"command\":\"make\",\"uid\":0,\"end\":\"exited\",\"exit_code\":0,\"usage\":{},\"events\":{},"
                + "\"grant\":{\"limits\":{\"memory_max_bytes\":536870912}},\"intents\":[],\"feedback\":[],"
                + "\"memory_curve\":{\"at_ms\":[100,1100,2300,4000,7900],\"bytes\":[1048576,104857600,419430400,209715200,52428800]},"
                + "\"explanation\":{\"weighed\":[],\"steps\":[{\"at\":\"2026-11-22T12:00:02.400Z\",\"action\":\"freeze\",\"policy\":\"graduated\",\"reason\":\"short\"},"
                + "{\"at\":\"2026-11-22T12:00:03.500Z\",\"action\":\"release\",\"policy\":\"graduated\",\"reason\":\"room\"}]}}\n";
        Files.writeString(console.instance().state().resolve("tool-calls.jsonl"), line, StandardOpenOption.APPEND);
        browser.go("#call/drawn-1");
        browser.find(".chart canvas");
        assertEquals("Memory of call drawn-1: at most 400 MiB, limit 512 MiB", browser.find(".chart").getAttribute("aria-label"));
        browser.screenshot("call-ended-curve");
        Eventually.isTrue("the rungs are marked", () -> drawnInTheColourOf("warn") > 100);
        Eventually.isTrue("the curve is drawn", () -> drawnInTheColourOf("series-0") > 100);
    }

    /** Of a host with a memory controller, which this one may not have: what such a one sends is shown in the guest, what becomes of it here. */
    @Test
    void theMemoryOfSessionsIsDrawnOnTopOfEachOtherAgainstTheBudget() throws Exception {
        try (AutoCloseable feigned = browser.beforeEachPage("""
                const real = window.fetch;
                window.fetch = async (path, options) => {
                  const answer = await real(path, options);
                  if (!String(path).startsWith('api/host')) {
                    return answer;
                  }
                  return new Response(JSON.stringify({ ...await answer.json(), budget_bytes: 2 ** 30 }), { headers: { 'Content-Type': 'application/json' } });
                };
                const session = (name, mib, n) => ({ name, priority: 'normal', running_calls: 0, memory_budget_bytes: 2 ** 29, background_processes: 2,
                  background_usage: { memory_current_bytes: 64 * 2 ** 20, memory_peak_bytes: 96 * 2 ** 20, cpu_usage_us: n * 50000, memory_stall_some_us: n * 25000 },
                  background_limit_bytes: 2 ** 27, service_processes: 0, agent_usage: {}, usage: { memory_current_bytes: mib * 2 ** 20, memory_peak_bytes: 600 * 2 ** 20, cpu_usage_us: n * 1000 } });
                const moment = n => ({ time_ms: Date.now(), usage: { memory_current_bytes: 500 * 2 ** 20, memory_peak_bytes: 600 * 2 ** 20 },
                  sessions: [session('a', 200, n), session('b', 300, n)], calls: [], waiting: [], counters: {} });
                window.EventSource = class {
                  constructor() {
                    let n = 0;
                    this.timer = setInterval(() => this.onmessage?.({ data: JSON.stringify(moment(n++)) }), 100);
                  }
                  close() { clearInterval(this.timer); }
                };""")) {
            browser.open("about:blank");
            browser.open(console.address() + Console.PAGES + "#host");
            browser.await("the sum and the budget", ".tile", "500 MiB\nof 1 GiB budget, peak 600 MiB");
            Eventually.isTrue("both sessions", () -> "Memory by session: b 300 MiB, a 200 MiB".equals(browser.find(".chart").getAttribute("aria-label")));
            Eventually.isTrue("drawn", () -> drawnInTheColourOf("series-0") > 100 && drawnInTheColourOf("series-1") > 100 && drawnInTheColourOf("bad") > 20);
            browser.screenshot("host-with-memory");
            browser.go("#sessions");
            Eventually.isTrue("what calls left running, with what it uses and may use", () -> String.valueOf(browser.script("return [...document.querySelectorAll('tr.part')]"
                    + ".find(row => row.innerText.startsWith('background'))?.innerText.replace(/\\s+/g, ' ')"))
                    .matches("background, left running on purpose 64 MiB 96 MiB 128 MiB [\\d.]+ cores [\\d.]+ % 2 ?"));
            browser.screenshot("sessions-with-memory");
        } finally {
            browser.open("about:blank");
        }
    }

    /** How many dots of the chart have a colour of the style sheet, or nearly. */
    private static long drawnInTheColourOf(String name) {
        return (Long) browser.script("""
                const probe = document.createElement('canvas').getContext('2d');
                probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--' + arguments[0]).trim();
                probe.fillRect(0, 0, 1, 1);
                const wanted = probe.getImageData(0, 0, 1, 1).data;
                const canvas = document.querySelector('.chart canvas');
                const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let found = 0;
                for (let i = 0; i < dots.length; i += 4) {
                  const near = j => Math.abs(dots[i + j] - wanted[j]) < 40;
                  found += dots[i + 3] > 100 && near(0) && near(1) && near(2) ? 1 : 0;
                }
                return found;""", name);
    }

    @Test
    void callsAreFoundByTextAndResult() {
        browser.go("#calls");
        browser.find("#past tr");
        browser.type("input[type=search]", "exit 3");
        Eventually.isTrue("only that call is left", () -> browser.all("#past tr").size() == 1);
        browser.await("its result", "#past tr", "exit 3");
        browser.click("#past td.command a");
        browser.await("its page", ".panel", "Evidence");
        browser.go("#calls?end=failed");
        Eventually.isTrue("no call that is well", () -> browser.all("#past td.good").isEmpty() && !browser.all("#past td.warn").isEmpty());
    }

    @Test
    void aPolicyIsUploadedDecidesAndIsRolledBack(@org.junit.jupiter.api.io.TempDir Path folder) throws Exception {
        Path jar = DeployableBundle.deploy(Files.createDirectory(folder.resolve("out")), Frugal.class, AdaptivePolicy.class, HIGH_RANKING);
        browser.go("#policies");
        browser.find("input[type=file]").sendKeys(jar.toString());
        browser.click(".tools button:last-child");
        browser.confirm();
        browser.await("the new policy decides", "tr[data-plugin$=Frugal] td.good", "decides");
        browser.screenshot("policies-uploaded");
        assertEquals(Frugal.NAME, policyOfACall("echo frugal"));

        browser.click("tr[data-plugin='io.agentcgroup.policy.fixed'] button[aria-label^=Use]");
        browser.confirm();
        browser.await("the shipped policy decides", "tr[data-plugin='io.agentcgroup.policy.fixed'] td.good", "decides");
        assertEquals("fixed", policyOfACall("echo shipped"));

        browser.go("#host");
        browser.go("#policies");
        browser.await("what became of its calls", "#effects tr[data-policy=" + Frugal.NAME + "] td.n", "1");
        browser.await("and of the other's", "#effects tr[data-policy=fixed] td.n", "1");

        browser.click(".tools button:first-child");
        browser.confirm();
        browser.await("rolled back", "tr[data-plugin$=Frugal] td.good", "decides");

        browser.click("tr[data-plugin$=Frugal] button[aria-label^=Remove]");
        browser.confirm();
        Eventually.isTrue("it is gone", () -> browser.all("tr[data-plugin$=Frugal]").isEmpty());
    }

    @Test
    void aPolicyThatIsStoppedDoesNotDecideUntilItIsStartedAndAChoiceIsForgotten() {
        String fixed = "tr[data-plugin='io.agentcgroup.policy.fixed']";
        String graduated = "tr[data-plugin='io.agentcgroup.policy.graduated']";
        browser.go("#policies");
        browser.click(fixed + " button[aria-label^=Use]");
        browser.confirm();
        browser.await("the chosen one decides", fixed + " td.good", "decides");
        browser.click(fixed + " button[aria-label^=Stop]");
        browser.confirm();
        browser.await("the other one decides", graduated + " td.good", "decides");
        browser.click(fixed + " button[aria-label^=Start]");
        browser.confirm();
        browser.await("the chosen one is back", fixed + " td.good", "decides");
        browser.click(".tools button:nth-child(2)");
        browser.confirm();
        browser.await("the highest ranking decides", graduated + " td.good", "decides");
    }

    @Test
    void aPageOfAnotherPortCannotActWithTheOperatorsCookie() throws Exception {
        String call = aRunningCall();
        HttpServer evil = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        String target = console.address() + Console.PAGES + "api/call-end";
        byte[] page = ("<title>evil</title><form method=post enctype=text/plain action='" + target + "'><input name='{\"call\":\"" + call + "\",\"x\":\"' value='\"}'></form>"
                + "<script>fetch('" + target + "',{method:'POST',mode:'no-cors',credentials:'include',body:'{\"call\":\"" + call + "\"}'})"
                + ".finally(() => document.forms[0].submit())</script>").getBytes(StandardCharsets.UTF_8);
        evil.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        evil.start();
        try {
            browser.open("http://127.0.0.1:" + evil.getAddress().getPort() + "/");
            browser.await("the form was sent and refused", "body", "another site");
        } finally {
            evil.stop(0);
        }
        assertTrue(runningCalls().contains(call), "a foreign page has ended a call");
    }

    @Test
    void aStolenCookieAloneCannotAct() throws Exception {
        Console.Login login = console.logIn("admin", password);
        String call = aRunningCall();
        String body = "{\"call\":\"" + call + "\"}";
        assertEquals(403, console.send(post("call-end", login.cookie(), body).build()).statusCode());
        assertEquals(403, console.send(post("call-end", login.cookie(), body).header("X-AgentCgroup-Token", login.token() + "x").build()).statusCode());
        assertTrue(runningCalls().contains(call));
        HttpRequest stopABundle = console.request("/system/console/bundles/1").header("Cookie", login.cookie()).header("Origin", console.address())
                .POST(BodyPublishers.ofString("action=stop")).build();
        assertEquals(403, console.send(stopABundle).statusCode(), "a page of Felix's");
        assertEquals(200, console.send(post("call-end", login.cookie(), body).header("X-AgentCgroup-Token", login.token()).build()).statusCode());
    }

    @Test
    void whoeverMayOnlyLookCannotAct() throws Exception {
        String guest = Console.password(console.instance().succeed("password", "--user", "guest", "--role", "view").out());
        Console.Login login = console.logIn("guest", guest);
        assertEquals(200, console.send(console.request(Console.PAGES + "api/host").header("Cookie", login.cookie()).build()).statusCode());
        assertEquals(403, console.send(post("session-close", login.cookie(), "{\"session\":\"" + SESSION + "\"}")
                .header("X-AgentCgroup-Token", login.token()).build()).statusCode());
        assertEquals(403, console.send(console.request("/system/console/configMgr").header("Cookie", login.cookie()).build()).statusCode());
        logInAs("guest", guest);
        browser.go("#sessions");
        browser.find("tr[data-session=" + SESSION + "]");
        assertTrue(browser.all("td.actions button").isEmpty(), "buttons for somebody who may not act");
        browser.click("#logout");
        browser.find("#password");
        assertEquals(302, console.send(console.request(Console.PAGES).header("Cookie", "agentcgroup-console=x").build()).statusCode());
    }

    @Test
    void anExpiredSessionLeadsToTheLogin() throws Exception {
        Path settings = console.instance().conf().resolve("io.agentcgroup.console.security.cfg");
        browser.go("#policies");
        browser.find("tr[data-plugin]");
        Files.writeString(settings, "upload = true\nsession.idle.s = 3\n");
        try {
            // The settings are new, the logins gone; the page finds out by itself.
            browser.find("#login");
            // In with a session that lasts for three seconds; the page that refreshes itself does not prolong it.
            logInAs("admin", password);
            browser.go("#policies");
            browser.find("#login");
            assertTrue(browser.address().contains("/login"));
        } finally {
            Files.writeString(settings, "upload = true\n");
            Eventually.isTrue("sessions last again", () -> {
                Optional<Console.Login> login = console.tryLogIn("admin", password);
                Thread.sleep(3_100);
                return login.isPresent() && console.send(console.request(Console.PAGES + "api/me").header("Cookie", login.get().cookie()).build())
                        .statusCode() == 200;
            });
            browser.open("about:blank");
        }
    }

    @Test
    void metricsAreForWhoeverHasTheirTokenAndPleasePromtool(@org.junit.jupiter.api.io.TempDir Path folder) throws Exception {
        assertEquals(401, console.send(console.request("/metrics").build()).statusCode());
        String token = Files.readString(console.instance().state().resolve("secrets/metrics")).strip();
        HttpResponse<String> answer = console.send(console.request("/metrics").header("Authorization", "Bearer " + token).build());
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("agentcgroup_session_cpu_seconds_total{session=\"" + SESSION + "\"}"), answer.body());
        assertTrue(answer.body().lines().anyMatch(line -> line.startsWith("agentcgroup_calls_total ")), answer.body());
        Path text = Files.writeString(folder.resolve("metrics"), answer.body());
        Process promtool = new ProcessBuilder(System.getProperty("agentcgroup.promtool"), "check", "metrics").redirectInput(text.toFile()).redirectErrorStream(true).start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, promtool.waitFor(), said);
        assertEquals("", said);
    }

    @Test
    void thePagesAreUsedByKeyboardAlone() {
        browser.go("#sessions");
        browser.find("tr[data-session=" + SESSION + "] button");
        WebElement fold = browser.find("tr[data-session=" + SESSION + "] .fold");
        String before = fold.getAttribute("aria-expanded");
        fold.sendKeys(" ");
        Eventually.isTrue("it folds", () -> !before.equals(browser.find("tr[data-session=" + SESSION + "] .fold").getAttribute("aria-expanded")));
        browser.find("tr[data-session=" + SESSION + "] .fold").sendKeys(" ");
        WebElement change = browser.find("tr[data-session=" + SESSION + "] td.actions button");
        change.sendKeys("\n");
        browser.find("dialog[open]").sendKeys(org.openqa.selenium.Keys.ESCAPE);
        Eventually.isTrue("the question is closed", () -> browser.all("dialog").isEmpty());
    }

    private static HttpRequest.Builder post(String operation, String cookie, String body) {
        return console.request(Console.PAGES + "api/" + operation).header("Cookie", cookie).header("Origin", console.address())
                .header("Content-Type", JSON_TYPE).POST(BodyPublishers.ofString(body));
    }

    private static List<String> runningCalls() {
        return calls().stream().map(call -> String.valueOf(call.get("id"))).toList();
    }

    private static List<Map<String, Object>> calls() {
        return console.ask("calls", "calls", Map.of());
    }

    private static List<Map<String, Object>> journal() {
        return console.ask("journal", "entries", Map.of("session", SESSION, "limit", 500));
    }

    private static String call(String part) {
        return calls().stream().filter(call -> String.valueOf(call.get("command")).contains(part)).map(call -> String.valueOf(call.get("id"))).findFirst().orElseThrow();
    }

    private static String aRunningCall() {
        String command = "exec sleep " + (1_000 + System.nanoTime() % 1_000_000);
        agent.run(command);
        Eventually.isTrue("the call runs", () -> calls().stream().anyMatch(call -> command.equals(call.get("command"))));
        return call(command);
    }

    private static String hostileCall() {
        return String.valueOf(journalled("onerror").get("id"));
    }

    private static String policyOfACall(String command) {
        agent.run(command);
        return String.valueOf(((Map<?, ?>) journalled(command).get("grant")).get("policy"));
    }

    private static Map<String, Object> journalled(String part) {
        List<Map<String, Object>> found = new ArrayList<>();
        Eventually.isTrue("a call with " + part + " is journalled", () -> {
            journal().stream().filter(line -> String.valueOf(line.get("command")).contains(part)).forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** Gives everybody the same. */
    public static final class Frugal implements AdaptivePolicy {

        static final String NAME = "frugal";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Decision admit(AdmissionRequest request) {
            return Decision.admit(new Grant(Limits.builder().pidsMax(512).build(), Placement.CALL, NAME, "512 processes are enough for everybody"));
        }
    }
}
