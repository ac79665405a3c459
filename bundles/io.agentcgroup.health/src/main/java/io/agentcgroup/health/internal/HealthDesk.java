package io.agentcgroup.health.internal;

import io.agentcgroup.api.health.Health;
import io.agentcgroup.api.health.HealthFinding;
import io.agentcgroup.api.health.HealthFinding.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.ResultLog;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all health checks, ours and those of others, each on a thread of its own and for a bounded time. A check is made when it is
 * asked and let go afterwards; nobody asks, nothing is there.
 */
@Component(service = Health.class)
public final class HealthDesk implements Health {

    /** A disk that takes longer is no longer well; whoever typed {@code status} still waits for it. */
    private static final Duration ALL_TOGETHER = Duration.ofSeconds(2);
    /** Ours are few and quick; two may hang, and the others are still answered. */
    private static final int THREADS = 4;
    private static final long THREAD_IDLE_S = 5;
    /** Tag of the checks that hang when the daemon does. */
    static final String LIVENESS = "liveness";

    private static final Logger LOG = LoggerFactory.getLogger(HealthDesk.class);

    private final BundleContext context;
    private final Duration atMost;
    private final ThreadPoolExecutor threads;
    private final Set<ServiceReference<HealthCheck>> checks = ConcurrentHashMap.newKeySet();
    /** Those that did not come back; guarded by this. They are not asked again before they do. */
    private final Map<ServiceReference<HealthCheck>, Future<?>> stuck = new HashMap<>();

    @Activate
    public HealthDesk(BundleContext context) {
        this(context, ALL_TOGETHER);
    }

    HealthDesk(BundleContext context, Duration atMost) {
        this.context = context;
        this.atMost = atMost;
        AtomicInteger made = new AtomicInteger();
        threads = new ThreadPoolExecutor(THREADS, THREADS, THREAD_IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "agentcgroup-health-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    @Reference(service = HealthCheck.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void add(ServiceReference<HealthCheck> check) {
        checks.add(check);
    }

    void remove(ServiceReference<HealthCheck> check) {
        checks.remove(check);
    }

    @Deactivate
    void close() {
        threads.shutdownNow();
    }

    @Override
    public synchronized List<HealthFinding> examine() {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        stuck.entrySet().removeIf(entry -> entry.getValue().isDone() || !checks.contains(entry.getKey()));
        Map<ServiceReference<HealthCheck>, Future<HealthFinding>> asked = new HashMap<>();
        checks.stream().filter(check -> !stuck.containsKey(check)).forEach(check -> asked.put(check, threads.submit(() -> ask(check))));
        List<HealthFinding> findings = new ArrayList<>(stuck.keySet().stream().map(HealthDesk::noAnswer).toList());
        asked.forEach((check, answer) -> findings.add(await(check, answer, deadlineNs)));
        findings.sort(Comparator.comparing(HealthFinding::level).reversed().thenComparing(HealthFinding::name));
        return List.copyOf(findings);
    }

    @Override
    public synchronized Optional<String> hanging(Duration longest) {
        long deadlineNs = System.nanoTime() + longest.toNanos();
        stuck.entrySet().removeIf(entry -> entry.getValue().isDone() || !checks.contains(entry.getKey()));
        // One that was asked before and has not come back is waited for: slow is not stuck.
        Map<ServiceReference<HealthCheck>, Future<?>> asked = new HashMap<>();
        checks.stream().filter(HealthDesk::tellsOfLife)
                .forEach(check -> asked.put(check, stuck.containsKey(check) ? stuck.get(check) : threads.submit(() -> ask(check))));
        Optional<String> hanging = Optional.empty();
        for (Map.Entry<ServiceReference<HealthCheck>, Future<?>> one : asked.entrySet()) {
            if (!answers(one.getValue(), deadlineNs)) {
                stuck.put(one.getKey(), one.getValue());
                hanging = Optional.of(name(one.getKey()));
            }
        }
        return hanging;
    }

    private static boolean tellsOfLife(ServiceReference<HealthCheck> check) {
        Object tags = check.getProperty(HealthCheck.TAGS);
        return LIVENESS.equals(tags) || tags instanceof String[] several && List.of(several).contains(LIVENESS);
    }

    private static boolean answers(Future<?> answer, long deadlineNs) {
        try {
            answer.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            LOG.debug("a check failed, which is an answer, too", e.getCause());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private HealthFinding await(ServiceReference<HealthCheck> check, Future<HealthFinding> answer, long deadlineNs) {
        try {
            return answer.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            stuck.put(check, answer);
            return noAnswer(check);
        } catch (ExecutionException e) {
            LOG.warn("the health check {} failed", name(check), e.getCause());
            return new HealthFinding(name(check), Level.CRITICAL, "the check itself failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HealthFinding(name(check), Level.WARNING, "nobody waited for the answer");
        }
    }

    private HealthFinding ask(ServiceReference<HealthCheck> reference) {
        HealthCheck check = context.getService(reference);
        if (check == null) {
            return new HealthFinding(name(reference), Level.WARNING, "the check cannot be made, by its configuration or because it has just gone; the log says why");
        }
        try {
            Result result = check.execute();
            return new HealthFinding(name(reference), level(result.getStatus()), words(result));
        } finally {
            context.ungetService(reference);
        }
    }

    private static HealthFinding noAnswer(ServiceReference<HealthCheck> check) {
        return new HealthFinding(name(check), Level.CRITICAL, "the check does not answer: what it looks at may hang");
    }

    /** Of what is not all right, only that is told; else all of it. */
    private static String words(Result result) {
        boolean well = level(result.getStatus()) == Level.OK;
        List<ResultLog.Entry> entries = new ArrayList<>();
        result.forEach(entries::add);
        return entries.stream().filter(entry -> !entry.isDebug() && (well || level(entry.getStatus()) != Level.OK))
                .map(ResultLog.Entry::getMessage).collect(Collectors.joining("; "));
    }

    private static Level level(Result.Status status) {
        return switch (status) {
            case OK -> Level.OK;
            case WARN, TEMPORARILY_UNAVAILABLE -> Level.WARNING;
            case CRITICAL, HEALTH_CHECK_ERROR -> Level.CRITICAL;
        };
    }

    private static String name(ServiceReference<HealthCheck> check) {
        Object name = check.getProperty(HealthCheck.NAME);
        return name == null ? String.valueOf(check.getProperty("component.name")) : name.toString();
    }
}
