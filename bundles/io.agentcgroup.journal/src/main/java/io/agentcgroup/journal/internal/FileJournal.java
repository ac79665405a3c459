package io.agentcgroup.journal.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.journal.OutcomeListener;
import io.agentcgroup.api.redaction.Redacted;
import io.agentcgroup.api.redaction.Redactor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal: {@code tool-calls.jsonl} and {@code events.jsonl} in the state folder. */
@Component(service = Journal.class, configurationPid = FileJournal.PID)
@Designate(ocd = FileJournal.Config.class)
public final class FileJournal implements Journal {

    static final String PID = "io.agentcgroup.journal";
    static final String STATE_PROPERTY = "agentcgroup.state";
    static final String STATE_DEFAULT = "/var/lib/agentcgroup";
    /** What the engine calls a hint that could not be read. */
    static final String KIND_HINT_BAD = "hint-bad";

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    /** Configuration of the journal. */
    @ObjectClassDefinition(name = "AgentCgroup journal", description = "Where and how long it is kept what tool calls did.")
    @interface Config {

        @AttributeDefinition(name = "File", description = "One line of JSON a call. A relative path is one in the state folder; events.jsonl lies beside it.")
        String file() default "tool-calls.jsonl";

        @AttributeDefinition(name = "Rotate at", description = "A file of that size is renamed to .1 and a new one begun. At least 64k.")
        String rotate_bytes() default "64m";

        @AttributeDefinition(name = "Older files kept", description = "How many renamed files are kept; the oldest goes. 1 to 1000.")
        int keep_files() default 8;

        @AttributeDefinition(name = "Fsync", description = "When lines are on the disk. A killed daemon loses nothing in any case; this is about power cuts.",
                options = {
                    @Option(value = "interval", label = "within a second"),
                    @Option(value = "each", label = "before a call is forgotten"),
                    @Option(value = "never", label = "when the kernel likes")})
        String fsync() default "interval";

        @AttributeDefinition(name = "Characters kept of a command", description = "0 to 8192. Agents send whole scripts.")
        int command_keep() default 2048;
    }

    private static final Predicate<byte[]> EVERY_LINE = line -> true;

    private final Settings settings;
    private final Redactor redactor;
    private final Json json = new Json();
    private final Counters counters = new Counters();
    private final ScheduledThreadPoolExecutor timer;
    private final LineLog calls;
    private final LineLog events;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final List<OutcomeListener> listeners = new CopyOnWriteArrayList<>();
    private final Listeners told = new Listeners(listeners, counters);

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public FileJournal(Config config, BundleContext context, @Reference Redactor redactor) {
        this(Settings.of(config, Path.of(Optional.ofNullable(context.getProperty(STATE_PROPERTY)).orElse(STATE_DEFAULT))), redactor);
    }

    FileJournal(Settings settings, Redactor redactor) {
        this.settings = settings;
        this.redactor = redactor;
        // One thread that sleeps without a clock while nothing is dirty and nothing waits.
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "agentcgroup-journal");
            thread.setDaemon(true);
            return thread;
        });
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        calls = log(settings.calls());
        events = log(settings.events());
    }

    private LineLog log(Path path) {
        return new LineLog(path, new LineFile(path, settings.rotateBytes(), settings.keepFiles()), settings.fsync(), timer, counters,
                LineLog.RETRY_MS);
    }

    @Deactivate
    void close() {
        told.close();
        timer.shutdownNow();
        calls.close();
        events.close();
    }

    @Override
    public void append(Outcome outcome) {
        counters.count(outcome);
        Outcome redacted = Redacted.of(outcome, redactor);
        calls.append(json.line(OutcomeLine.of(redacted, settings.commandKeep())));
        told.tell(redacted);
    }

    @Override
    public void append(JournalEvent event) {
        counters.add(Counters.EVENTS, 1);
        if (event.kind().equals(KIND_HINT_BAD)) {
            counters.add(Counters.HINTS_BAD, 1);
        }
        events.append(json.line(EventLine.of(Redacted.of(event, redactor))));
    }

    @Override
    public List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit) {
        return newest(calls, EVERY_LINE, filter, limit);
    }

    @Override
    public Optional<Map<String, Object>> find(CallId id) {
        // An id has no character that JSON writes in another way.
        byte[] quoted = ('"' + id.value() + '"').getBytes(StandardCharsets.US_ASCII);
        return newest(calls, line -> contains(line, quoted), line -> id.value().equals(line.get("id")), 1).stream().findFirst();
    }

    private static boolean contains(byte[] line, byte[] text) {
        for (int at = 0; at + text.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<Map<String, Object>> queryEvents(Predicate<Map<String, Object>> filter, int limit) {
        return newest(events, EVERY_LINE, filter, limit);
    }

    @Override
    public Map<String, Long> counters() {
        return counters.snapshot();
    }

    /** @param worthParsing of a line's bytes, which costs a fraction of parsing them */
    private List<Map<String, Object>> newest(LineLog log, Predicate<byte[]> worthParsing, Predicate<Map<String, Object>> filter,
            int limit) {
        List<Map<String, Object>> found = new ArrayList<>();
        if (limit <= 0) {
            return found;
        }
        try {
            log.readBackwards(line -> {
                if (worthParsing.test(line)) {
                    parse(line).filter(filter).ifPresent(found::add);
                }
                return found.size() < limit;
            });
        } catch (IOException e) {
            LOG.error("the journal could not be read to the end", e);
        }
        Collections.reverse(found);
        return found;
    }

    private Optional<Map<String, Object>> parse(byte[] line) {
        try {
            return Optional.of(json.read(line));
        } catch (IOException e) {
            LOG.warn("a line of the journal is no JSON and is passed over: {}",
                    new String(line, 0, Math.min(line.length, 80), StandardCharsets.US_ASCII).replaceAll("[^ -~]", "?"));
            return Optional.empty();
        }
    }
}
