package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the tier as an {@link Enforcer}, and takes the offer back when the kernel throws the scheduler out: the service goes,
 * so that the engine falls to the tier below at once, and comes back with another answer. After some time it is tried again, a
 * bounded number of times.
 */
@Component(service = {}, immediate = true, configurationPid = SchedExtTier.PID)
@Designate(ocd = SchedExtTier.Config.class)
public final class SchedExtTier implements SchedExtEnforcer.Programs {

    static final String PID = "io.agentcgroup.enforcer.schedext";

    private static final Logger LOG = LoggerFactory.getLogger(SchedExtTier.class);

    /** A stall may have been the host's; what is thrown out three times is broken, and every time costs all tasks a switch. */
    private static final List<Duration> RETRIES = List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5));

    /** What an operator can set. */
    @ObjectClassDefinition(name = "AgentCgroup scheduler",
            description = "The sched_ext scheduler of the agents' tool calls, and for whom others are held back.")
    public @interface Config {
        @AttributeDefinition(name = "Slice (milliseconds)", min = "1", max = "100", description = "How long a task runs before others have their turn, 1 to 100.")
        int slice_ms() default 8;

        @AttributeDefinition(name = "Short call (milliseconds)", min = "0", max = "60000",
                description = "A call that has used less CPU lately goes first. 0: none does. 0 to 60000.")
        int short_call_ms() default 200;

        @AttributeDefinition(name = "Memory guard",
                description = "Hold calls of less important sessions back while a more important one runs short of memory.")
        boolean memory_guard() default true;

        @AttributeDefinition(name = "Shortest hold (milliseconds)", min = "1", max = "2000", description = "1 to the longest.")
        int hold_min_ms() default 2;

        @AttributeDefinition(name = "Longest hold (milliseconds)", min = "1", max = "2000", description = "1 to 2000.")
        int hold_max_ms() default 500;

        @AttributeDefinition(name = "Quiet (milliseconds)", min = "1", max = "2000", description = "Who is held is let go when the pressure has been gone that long. 1 to 2000.")
        int quiet_ms() default 50;
    }

    private final BundleContext context;
    private final CgroupTree tree;
    private final KernelFeatures features;
    private final BpfLoader loader;
    /** May come later than we; null until then. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Journal journal;
    private final KernelScheduler kernel;
    private final Scheduler scheduler;
    /** All changes of what is offered are made here, one after the other. */
    private final ScheduledExecutorService worker;

    // Used by the worker, and by activation before it.
    private ServiceRegistration<Enforcer> offer;
    private BpfEvents ends;
    private int thrownOut;

    /** @throws IllegalArgumentException if the configuration makes no sense; the tier is then not offered */
    @Activate
    public SchedExtTier(BundleContext context, @Reference CgroupTree tree, @Reference KernelFeatures features,
            @Reference BpfLoader loader, Config config) {
        this(context, tree, features, loader, config, new KernelScheduler(),
                Executors.newSingleThreadScheduledExecutor(SchedExtTier::thread));
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "schedext");
        thread.setDaemon(true);
        return thread;
    }

    SchedExtTier(BundleContext context, CgroupTree tree, KernelFeatures features, BpfLoader loader, Config config,
            KernelScheduler kernel, ScheduledExecutorService worker) {
        this.context = context;
        this.tree = tree;
        this.features = features;
        this.loader = loader;
        this.kernel = kernel;
        this.worker = worker;
        this.scheduler = new Scheduler(loader, kernel, ScheduleSettings.of(config));
        tryAgain();
    }

    @Deactivate
    void stop() throws InterruptedException {
        worker.shutdownNow();
        // Whoever is in the middle of a change finishes it: a few milliseconds.
        worker.awaitTermination(1, TimeUnit.SECONDS);
        if (ends != null) {
            ends.close();
        }
        scheduler.close();
        if (offer != null) {
            offer.unregister();
        }
    }

    private void tryAgain() {
        Optional<String> obstacle = Requirements.obstacle(tree.info(), features, kernel);
        if (obstacle.isEmpty()) {
            obstacle = refusal();
        }
        offer(obstacle.isEmpty(), obstacle.orElseGet(this::description));
    }

    /** @return in words why the kernel does not take the programs */
    private Optional<String> refusal() {
        try {
            scheduler.lastEnd().filter(ExitEntry::thrownOut)
                    .ifPresent(end -> LOG.warn("the last scheduler was thrown out by the kernel: {}", end.words()));
            scheduler.prepare();
            listen();
            return Optional.empty();
        } catch (BpfException | IllegalStateException | IllegalArgumentException e) {
            LOG.warn("this kernel has sched_ext, but does not take our scheduler: {}", e.getMessage());
            return Optional.of("this kernel has sched_ext, but does not take our scheduler: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    private String description() {
        return features.capability(KernelFeature.SCHED_EXT).reason() + (features.has(KernelFeature.SCHED_EXT_BANDWIDTH)
                ? "; cpu.max is kept by our scheduler" : "; without cpu.max, which this kernel does not tell schedulers");
    }

    private void listen() {
        if (ends == null) {
            try (BpfMap ring = loader.pinnedMap(SharedMaps.EXITS)
                    .orElseThrow(() -> new IllegalStateException("map " + SharedMaps.EXITS + " is not pinned"))) {
                ends = loader.consume(ring, this::ended);
            }
        }
    }

    private synchronized void offer(boolean available, String reason) {
        if (offer != null) {
            offer.unregister();
        }
        offer = context.registerService(Enforcer.class, new SchedExtEnforcer(available, reason, this),
                new Hashtable<>(Map.of(Enforcer.TIER, Tier.SCHED_EXT.label())));
    }

    @Override
    public boolean inForce() {
        return scheduler.inForce();
    }

    @Override
    public void wanted() {
        if (scheduler.inForce() || scheduler.detaching()) {
            // While the last one is being detached a call goes without: the next one asks again.
            return;
        }
        try {
            scheduler.putInForce();
        } catch (BpfException | IllegalStateException e) {
            LOG.error("the scheduler could not be put in force; control files hold all limits", e);
            worker.execute(() -> offer(false, "the kernel refused our scheduler: " + e.getMessage().lines().findFirst().orElse("")));
        }
    }

    @Override
    public void unwanted() {
        scheduler.takeOut();
    }

    /** On the loader's thread, which must not wait. */
    private void ended(ByteBuffer bytes) {
        ExitEntry end = ExitEntry.CODEC.read(bytes);
        if (!worker.isShutdown()) {
            worker.execute(() -> ended(end));
        }
    }

    private void ended(ExitEntry end) {
        if (!scheduler.isEndOfTheOneInForce(end)) {
            // We did it ourselves, or it was one before.
            return;
        }
        scheduler.takeOut();
        boolean again = end.thrownOut() && thrownOut < RETRIES.size();
        String next = again ? "tried again in " + RETRIES.get(thrownOut).toSeconds() + " s" : "not tried again until the next start";
        String what = (end.thrownOut() ? "the kernel threw our scheduler out: " : "our scheduler was ended by somebody: ") + end.words();
        LOG.error("{}; control files hold all limits; {}", what, next);
        Journal book = journal;
        if (book != null) {
            book.append(new JournalEvent(Instant.now(), "scheduler-ended", Optional.empty(), what + "; " + next,
                    Map.of("kind", end.kind(), "reason", end.reason(), "message", end.message())));
        }
        offer(false, what + "; " + next);
        if (again) {
            worker.schedule(this::tryAgain, RETRIES.get(thrownOut++).toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
