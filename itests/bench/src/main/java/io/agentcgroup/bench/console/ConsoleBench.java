package io.agentcgroup.bench.console;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How long the console's pages take until they are useful, and what the daemon takes for them: on the same busy host without the
 * console, with it while nobody watches, while somebody does, and afterwards.
 */
final class ConsoleBench {

    private static final String PAGES = "/system/console/agentcgroup/";
    private static final String USER = "bench";
    /** After a start, and after a page was closed, the JVM still compiles and its last requests end. A short look is none for exact figures. */
    private static final Duration SETTLE_AT_MOST = Duration.ofSeconds(10);

    /** From the start of the navigation, by the browser's own clock, to the frame that shows the last of what is waited for. */
    private static final String CLOCK = """
            window.benchUseful = new Promise(useful => {
              const wanted = %s;
              const look = () => {
                if (wanted.every(one => document.querySelector(one))) {
                  seen.disconnect();
                  requestAnimationFrame(() => setTimeout(() => useful(performance.now())));
                }
              };
              const seen = new MutationObserver(look);
              seen.observe(document, { childList: true, subtree: true });
            });
            """;

    private static final String LOG_IN = """
            const [name, password, done] = arguments;
            fetch('/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, password }) })
              .then(answer => done(answer.status), error => done(String(error)));
            """;

    private final Path home;
    private final Consumer<String> progress;
    private final Duration window;
    private final Duration settle;

    /** @param window over which CPU time is looked at, four times */
    ConsoleBench(Path home, Consumer<String> progress, Duration window) {
        this.home = home;
        this.progress = progress;
        this.window = window;
        settle = window.compareTo(SETTLE_AT_MOST) < 0 ? window : SETTLE_AT_MOST;
    }

    /** A page and what has to be on it. */
    private record Page(String name, String hash, List<String> useful) {
    }

    /** What was measured. */
    record Result(String tier, long journalBytes, Map<String, Sample> usefulMs, Cpu cpu) {
    }

    /** Percent of a core, all of the daemon; and the threads for the live picture that are left when nobody watches any more. */
    record Cpu(double withoutConsole, double neverWatched, double watched, double afterWatching, long threadsLeft) {
    }

    /** @param screenshots a folder; null for none */
    Result run(int sessions, int calls, int rounds, Path screenshots) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            double without = withoutConsole(scratch, sessions, calls);
            progress.accept("the same with the console ...");
            try (BusyHost host = BusyHost.start(home, scratch, true, sessions, calls)) {
                double never = host.cpuPercent(settle, window);
                Map<String, Sample> usefulMs;
                double watched;
                try (Chromium browser = new Chromium(scratch.folder("profile"))) {
                    logIn(host, browser);
                    List<Page> pages = pages(sessions, host.runningCall());
                    usefulMs = measure(host, browser, pages, rounds);
                    picture(host, browser, pages, screenshots);
                    progress.accept("somebody watches ...");
                    browser.open(host.address() + PAGES + pages.get(0).hash());
                    watched = host.cpuPercent(settle, window);
                }
                progress.accept("nobody watches any more ...");
                double after = host.cpuPercent(settle, window);
                return new Result(host.tier(), host.journalBytes(), usefulMs, new Cpu(without, never, watched, after, host.liveThreads()));
            }
        }
    }

    private double withoutConsole(Scratch scratch, int sessions, int calls) throws IOException, InterruptedException {
        progress.accept(sessions + " sessions and " + calls + " calls without the console ...");
        try (BusyHost host = BusyHost.start(home, scratch, false, sessions, calls)) {
            return host.cpuPercent(settle, window);
        }
    }

    private static List<Page> pages(int sessions, String running) {
        String last = PastCalls.session(sessions - 1);
        return List.of(
                new Page("host", "#host", List.of(".chart canvas", ".legend li:nth-child(" + Math.min(8, sessions) + ")", "#health tr", ".events time")),
                new Page("sessions", "#sessions", List.of("tr[data-session=" + last + "] td")),
                new Page("calls", "#calls", List.of("#past tr:nth-child(100)", "tr.running", ".timeline rect")),
                new Page("search of the oldest call", "#calls?q=" + PastCalls.OLDEST, List.of("#past tr[data-call=" + PastCalls.OLDEST + "]")),
                new Page("a call that runs", "#call/" + running, List.of(".command-text")),
                new Page("a call of the journal's beginning", "#call/" + PastCalls.EVENTFUL, List.of(".command-text", ".chart canvas", ".events time")),
                new Page("policies", "#policies", List.of("tr[data-plugin]", ".events time")));
    }

    private static void logIn(BusyHost host, Chromium browser) throws IOException, InterruptedException {
        browser.open(host.address() + "/login");
        Object status = browser.await(LOG_IN, USER, host.password(USER));
        if (!(status instanceof Number number) || number.intValue() != 200) {
            throw new IOException("the login answers " + status);
        }
    }

    /** One of each in turn, each from nothing: the page, its files, its questions, its first picture. */
    private Map<String, Sample> measure(BusyHost host, Chromium browser, List<Page> pages, int rounds) throws IOException, InterruptedException {
        progress.accept(pages.size() + " pages, " + rounds + " times each ...");
        Map<String, List<Double>> taken = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Page page : pages) {
                taken.computeIfAbsent(page.name(), name -> new ArrayList<>()).add(usefulMs(host, browser, page));
            }
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        taken.forEach((name, ms) -> samples.put(name, Sample.of(ms.stream().mapToDouble(Double::doubleValue).toArray())));
        return samples;
    }

    private static void picture(BusyHost host, Chromium browser, List<Page> pages, Path folder) throws IOException, InterruptedException {
        if (folder != null) {
            Files.createDirectories(folder);
            for (Page page : pages) {
                usefulMs(host, browser, page);
                browser.screenshot(folder.resolve("many-" + page.name().replace(' ', '-') + ".png"));
            }
        }
    }

    private static double usefulMs(BusyHost host, Chromium browser, Page page) throws IOException, InterruptedException {
        browser.open("about:blank");
        String clock = browser.addToEachPage(CLOCK.formatted(JSON.std.asString(page.useful())));
        try {
            browser.open(host.address() + PAGES + page.hash());
            return ((Number) browser.await("window.benchUseful.then(arguments[0])")).doubleValue();
        } catch (IOException e) {
            throw new IOException("page " + page.name() + " has not become useful: " + e.getMessage(), e);
        } finally {
            browser.removeFromEachPage(clock);
        }
    }
}
