package io.agentcgroup.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.health.HealthFinding;
import io.agentcgroup.api.health.HealthFinding.Level;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

class HealthDeskTest {

    /** For checks that hang. */
    private static final Duration SHORT = Duration.ofMillis(200);
    /** For those that answer, however busy the machine is. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Map<Object, HealthCheck> services = new HashMap<>();
    private final AtomicInteger inUse = new AtomicInteger();
    private final BundleContext context = (BundleContext) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> switch (method.getName()) {
                case "getService" -> {
                    inUse.incrementAndGet();
                    yield services.get(arguments[0]);
                }
                case "ungetService" -> inUse.decrementAndGet() >= 0;
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private HealthDesk desk = new HealthDesk(context, LONG);

    @AfterEach
    void close() {
        desk.close();
    }

    private ServiceReference<HealthCheck> add(String name, HealthCheck check) {
        return add(name, check, "agentcgroup");
    }

    private ServiceReference<HealthCheck> add(String name, HealthCheck check, String... tags) {
        int order = services.size();
        @SuppressWarnings("unchecked") // a proxy knows no type parameters
        ServiceReference<HealthCheck> reference = (ServiceReference<HealthCheck>) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {ServiceReference.class}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> HealthCheck.NAME.equals(arguments[0]) ? name : HealthCheck.TAGS.equals(arguments[0]) ? tags : null;
                    case "hashCode" -> order;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        services.put(reference, check);
        desk.add(reference);
        return reference;
    }

    @Test
    void theWorstIsToldFirstAndOnlyWhatIsWrongWithIt() {
        add("well", () -> new Result(Result.Status.OK, "fine"));
        FormattingResultLog both = new FormattingResultLog();
        both.info("this part works");
        both.critical("that part does not");
        add("ill", () -> new Result(both));

        List<HealthFinding> findings = desk.examine();

        assertEquals(List.of(new HealthFinding("ill", Level.CRITICAL, "that part does not"), new HealthFinding("well", Level.OK, "fine")), findings);
        assertEquals(Level.CRITICAL, HealthFinding.worst(findings));
        assertEquals(0, inUse.get(), "each check is let go");
    }

    @Test
    void aCheckThatFailsIsAFindingOfItsOwn() {
        add("broken", () -> {
            throw new IllegalStateException("no idea");
        });

        HealthFinding finding = desk.examine().get(0);

        assertEquals(Level.CRITICAL, finding.level());
        assertTrue(finding.reason().contains("no idea"), finding.reason());
        assertEquals(0, inUse.get());
    }

    @Test
    void aCheckThatHangsIsCriticalAndNotAskedAgainBeforeItComesBack() throws Exception {
        desk = new HealthDesk(context, SHORT);
        CountDownLatch comeBack = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(1);
        Semaphore asked = new Semaphore(0);
        add("hangs", () -> {
            asked.release();
            try {
                comeBack.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            back.countDown();
            return new Result(Result.Status.OK, "late");
        });

        assertEquals(Level.CRITICAL, desk.examine().get(0).level());
        assertEquals(Level.CRITICAL, desk.examine().get(0).level());
        assertTrue(asked.tryAcquire(60, TimeUnit.SECONDS));
        assertEquals(Level.CRITICAL, desk.examine().get(0).level());
        assertEquals(0, asked.availablePermits(), "asked a second time");

        comeBack.countDown();
        back.await();
        // It has answered, but its thread may still be on the way out.
        while (desk.examine().get(0).level() != Level.OK) {
            Thread.onSpinWait();
        }
        assertTrue(asked.tryAcquire(), "not asked again");
    }

    @Test
    void nothingHangsThatAnswersHoweverIllItIs() {
        add("ill", () -> new Result(Result.Status.CRITICAL, "very ill"), "agentcgroup", HealthDesk.LIVENESS);
        add("broken", () -> {
            throw new IllegalStateException("no idea");
        }, HealthDesk.LIVENESS);

        assertEquals(Optional.empty(), desk.hanging(LONG));
    }

    @Test
    void whatDoesNotAnswerHangsIfItTellsOfLife() {
        CountDownLatch comeBack = new CountDownLatch(1);
        HealthCheck hangs = () -> {
            try {
                comeBack.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Result(Result.Status.OK, "late");
        };
        add("a disk", hangs);
        assertEquals(Optional.empty(), desk.hanging(SHORT));

        add("the engine", hangs, "agentcgroup", HealthDesk.LIVENESS);
        assertEquals(Optional.of("the engine"), desk.hanging(SHORT));
        assertEquals(Optional.of("the engine"), desk.hanging(SHORT));

        comeBack.countDown();
        assertEquals(Optional.empty(), desk.hanging(LONG), "one that comes back is waited for, and is no longer stuck");
    }

    @Test
    void aCheckThatIsGoneIsNotAsked() {
        ServiceReference<HealthCheck> reference = add("gone", () -> new Result(Result.Status.CRITICAL, "ill"));
        desk.remove(reference);

        assertEquals(List.of(), desk.examine());
        assertEquals(Level.OK, HealthFinding.worst(List.of()));
    }
}
