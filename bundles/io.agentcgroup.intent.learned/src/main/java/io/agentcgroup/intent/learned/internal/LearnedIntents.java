package io.agentcgroup.intent.learned.internal;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.intent.learned.internal.model.DemandLearner;
import io.agentcgroup.intent.learned.internal.model.Knowledge;
import io.agentcgroup.intent.learned.internal.model.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier calls say. Asked last: the agent and the operator may know what a command is about to do, this only knows
 * what such commands did.
 */
@Component(service = {IntentProvider.class, LearnedIntents.class}, configurationPid = LearnedIntents.PID,
        property = Constants.SERVICE_RANKING + ":Integer=" + LearnedIntents.RANKING)
@Designate(ocd = LearnedIntents.Config.class)
public final class LearnedIntents implements IntentProvider {

    static final String PID = "io.agentcgroup.intent.learned";
    static final String NAME = "learned";
    static final int RANKING = 100;
    static final String STATE_PROPERTY = "agentcgroup.state";
    static final String FILE_NAME = "learned.json";

    /** What a killed daemon forgets at most. Written only when something was learned, so an idle host sleeps. */
    private static final long SAVE_AFTER_S = 60;

    /** A few megabytes forced to disk; a disk that takes longer is not waited for. */
    private static final long LONGEST_SAVE_S = 5;

    /** With fewer calls of its kind seen, silence is the better answer: rules and defaults know as much. */
    private static final double LEAST_EVIDENCE = 1;

    private static final int SHOWN_CHARS = 80;

    private static final Logger LOG = LoggerFactory.getLogger(LearnedIntents.class);

    /** How careful to be. */
    @ObjectClassDefinition(name = "AgentCgroup intent: learned",
            description = "Predicts memory, CPU and duration of a call from earlier calls.")
    @interface Config {

        @AttributeDefinition(name = "Price of a miss (MB x s)",
                description = "How many megabyte-seconds of reserved memory a call is worth that outgrows its prediction. Higher: "
                        + "more memory, fewer misses. 20000 covers about 98 % of calls. 100 to 10000000.")
        long miss_price_mb_seconds() default 20_000;

        @AttributeDefinition(name = "File",
                description = "Where it is kept over restarts; empty: learned.json in the state folder.")
        String file() default "";
    }

    private final DemandLearner learner;
    private final double missPrice;
    private final Path file;
    private final ScheduledExecutorService saver;
    private final AtomicBoolean saveScheduled = new AtomicBoolean();
    private final AtomicReference<String> lastFailure = new AtomicReference<>("");

    /** @throws IllegalArgumentException if a value is out of range */
    @Activate
    public LearnedIntents(BundleContext context, Config config) {
        this(fileOf(context, config), config.miss_price_mb_seconds());
    }

    LearnedIntents(Path file, long missPriceMbSeconds) {
        if (missPriceMbSeconds < 100 || missPriceMbSeconds > 10_000_000) {
            throw new IllegalArgumentException(
                    PID + ": miss.price.mb.seconds is 100 to 10000000, not " + missPriceMbSeconds);
        }
        this.file = file;
        this.missPrice = missPriceMbSeconds;
        this.learner = new DemandLearner(load());
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "agentcgroup-learned-store");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.saver = executor;
    }

    private static Path fileOf(BundleContext context, Config config) {
        String state = context.getProperty(STATE_PROPERTY);
        return !config.file().isBlank() ? Path.of(config.file())
                : Path.of(state == null ? "/var/lib/agentcgroup" : state).resolve(FILE_NAME);
    }

    /** An unreadable file is put aside, not overwritten: it may be a newer version's. */
    private Knowledge load() {
        if (!Files.exists(file)) {
            return new Knowledge();
        }
        try {
            Knowledge knowledge = KnowledgeFile.read(file);
            LOG.info("{} signatures and classes learned before", knowledge.size());
            return knowledge;
        } catch (IOException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
            LOG.warn("what was learned before cannot be read, starting anew; kept as {}: {}", aside, e.getMessage());
            try {
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException moving) {
                LOG.warn("{} cannot be put aside and will be overwritten: {}", file, moving.getMessage());
            }
            return new Knowledge();
        }
    }

    /** Writes what is not written yet, after a write that is under way. */
    @Deactivate
    public void close() {
        saver.shutdown();
        try {
            if (!saver.awaitTermination(LONGEST_SAVE_S, TimeUnit.SECONDS)) {
                LOG.warn("{} is still being written; what was learned since is lost", file);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (saveScheduled.get()) {
            save();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Intent> intentFor(ToolCall call) {
        Prediction prediction = learner.predict(call.session().value(), call.cwd(), call.command());
        if (prediction.evidence() < LEAST_EVIDENCE) {
            return Optional.empty();
        }
        Intent.Builder intent = Intent.from(NAME)
                .memoryBytes(prediction.grantBytes(missPrice))
                .duration(Duration.ofMillis(Math.max(1, Math.round(prediction.seconds() * 1000))))
                .confidence(prediction.confidence())
                .reason(reason(prediction));
        prediction.cores().ifPresent(intent::cpuCores);
        return Optional.of(intent.build());
    }

    /** The signature is the agent's text. */
    private static String reason(Prediction prediction) {
        return String.format(Locale.ROOT,
                "%s (%s): bursts in %.0f %% of calls, then to %d MB or less in half and %d MB in 95 %% of them; after %s",
                PrintableText.escape(prediction.signature().name(), SHOWN_CHARS),
                prediction.signature().commandClass().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                100 * prediction.burstChance(), prediction.burstBytes(0.5) >> 20, prediction.burstBytes(0.95) >> 20,
                PrintableText.escape(prediction.basis(), SHOWN_CHARS));
    }

    @Override
    public void observe(Outcome outcome) {
        ToolCall call = outcome.call();
        Observations.of(outcome).ifPresent(seen -> {
            learner.observe(call.session().value(), call.cwd(), call.command(), seen);
            scheduleSave();
        });
    }

    private void scheduleSave() {
        if (!saver.isShutdown() && saveScheduled.compareAndSet(false, true)) {
            saver.schedule(this::save, SAVE_AFTER_S, TimeUnit.SECONDS);
        }
    }

    private void save() {
        saveScheduled.set(false);
        try {
            exportTo(file);
            lastFailure.set("");
        } catch (IOException e) {
            // Tried again when something more is learned; said once for each reason.
            if (!lastFailure.getAndSet(e.toString()).equals(e.toString())) {
                LOG.warn("what was learned cannot be saved to {}: {}", file, e.toString());
            }
        }
    }

    /**
     * Writes all that is known, for another host.
     *
     * @throws IOException if the file cannot be written
     */
    void exportTo(Path target) throws IOException {
        KnowledgeFile.write(target, learner.document());
    }

    /**
     * Adds what another host has learned.
     *
     * @return how many signatures and classes are known now
     * @throws IOException if the file cannot be read or is no export; then nothing was added
     */
    int mergeFrom(Path source) throws IOException {
        learner.merge(KnowledgeFile.read(source));
        scheduleSave();
        return learner.size();
    }

    /** @return how many signatures and classes are known */
    int size() {
        return learner.size();
    }
}
