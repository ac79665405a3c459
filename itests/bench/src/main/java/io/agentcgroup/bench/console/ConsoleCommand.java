package io.agentcgroup.bench.console;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench console}. */
@Command(name = "console", mixinStandardHelpOptions = true, sortOptions = false,
        description = "The web console of a busy host in headless Chromium: how long each page takes until it is useful, and what the console costs while nobody watches.",
        footer = {"", "Needs Debian's packages chromium and chromium-driver."})
public final class ConsoleCommand implements Callable<Integer> {

    @Option(names = "--sessions", paramLabel = "N", defaultValue = "50", description = "Open sessions, a call running in each; ${DEFAULT-VALUE} by default.")
    private int sessions;

    @Option(names = "--calls", paramLabel = "N", defaultValue = "5000", description = "Calls in the journal, at least 100; ${DEFAULT-VALUE} by default.")
    private int calls;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "10", description = "How often each page is opened; ${DEFAULT-VALUE} by default.")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "30", description = "Time to look at the daemon's CPU, four times; ${DEFAULT-VALUE} by default.")
    private int seconds;

    @Option(names = "--screenshots", paramLabel = "FOLDER", description = "Keep a picture of each page.")
    private Path screenshots;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too, with every sample.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ConsoleBench.Result result = new ConsoleBench(Place.current().home(), System.err::println, Duration.ofSeconds(seconds))
                .run(sessions, calls, rounds, screenshots);
        print(result);
        if (json != null) {
            Files.writeString(json, Document.of("bench-console", document(result)) + "\n");
        }
        return 0;
    }

    private void print(ConsoleBench.Result result) {
        System.out.printf("%d sessions with a call each, %d calls in the journal (%.1f MB); ms until a page is useful, %d times%n", sessions, calls,
                result.journalBytes() / 1e6, rounds);
        System.out.printf("  %-36s %8s %8s %8s%n", "page", "first", "median", "worst");
        result.usefulMs().forEach((name, ms) -> System.out.printf("  %-36s %8.0f %8.0f %8.0f%n", name, ms.values().get(0), ms.median(), ms.percentile(100)));
        ConsoleBench.Cpu cpu = result.cpu();
        System.out.printf("the daemon, percent of a core over %d s each%n", seconds);
        System.out.printf("  without the console %.2f, with it and never watched %.2f, after watching %.2f, while a page is open %.2f%n", cpu.withoutConsole(),
                cpu.neverWatched(), cpu.afterWatching(), cpu.watched());
    }

    private Map<String, Object> document(ConsoleBench.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.tier());
        fields.put("sessions", sessions);
        fields.put("calls", calls);
        fields.put("journal_bytes", result.journalBytes());
        fields.put("pages", result.usefulMs().entrySet().stream().map(page -> page(page.getKey(), page.getValue())).toList());
        ConsoleBench.Cpu cpu = result.cpu();
        fields.put("cpu", Map.of("window_s", seconds, "without_console_percent", cpu.withoutConsole(), "never_watched_percent", cpu.neverWatched(),
                "watched_percent", cpu.watched(), "after_watching_percent", cpu.afterWatching(),
                "live_threads_after_watching", cpu.threadsLeft()));
        return fields;
    }

    private static Map<String, Object> page(String name, Sample ms) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("name", name);
        page.put("first_ms", ms.values().get(0));
        page.put("useful_p50_ms", ms.median());
        page.put("useful_worst_ms", ms.percentile(100));
        page.put("samples_ms", ms.tenths());
        return page;
    }
}
