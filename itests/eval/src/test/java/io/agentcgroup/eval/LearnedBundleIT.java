package io.agentcgroup.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.intent.IntentProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;

/** The bundle as the appliance runs it: in Felix, with nothing on its class path but what it brings or imports. */
class LearnedBundleIT {

    /** The contracts are the test's own, so that it can call the service. */
    private static final String FROM_TEST = "org.slf4j;version=2.0.20,io.agentcgroup.api;version=1.99,io.agentcgroup.api.intent;version=1.99";

    private static final List<String> BUNDLES = List.of("org.osgi.util.function-", "org.osgi.util.promise-",
            "org.osgi.service.component-", "org.apache.felix.scr-", "jackson-core-", "jackson-jr-objects-",
            "io.agentcgroup.intent.learned-");

    @TempDir
    private Path folder;

    @Test
    void predictsInsideTheFrameworkAndKeepsWhatItLearnedOverARestart() throws Exception {
        Framework first = start("first");
        try {
            IntentProvider provider = provider(first);
            assertEquals("learned", provider.name());
            assertEquals(Optional.empty(), provider.intentFor(call()));
            for (int i = 0; i < 300; i++) {
                provider.observe(outcome(700L << 20));
            }
            assertTrue(memory(provider) >= 700L << 20);
        } finally {
            stop(first);
        }
        assertTrue(Files.size(folder.resolve("state/learned.json")) > 0);
        Framework second = start("second");
        try {
            assertTrue(memory(provider(second)) >= 700L << 20);
        } finally {
            stop(second);
        }
    }

    private static long memory(IntentProvider provider) {
        Intent intent = provider.intentFor(call()).orElseThrow();
        return intent.memoryBytes().orElseThrow();
    }

    private Framework start(String cache) throws BundleException {
        Framework framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow()
                .newFramework(Map.of("org.osgi.framework.storage", folder.resolve(cache).toString(),
                        "org.osgi.framework.system.packages.extra", FROM_TEST,
                        "agentcgroup.state", folder.resolve("state").toString()));
        framework.start();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = BUNDLES.stream().map(name -> install(context, name)).toList();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return framework;
    }

    private static Bundle install(BundleContext context, String name) {
        String jar = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith(name) && entry.endsWith(".jar"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + "*.jar is not on the class path: package first"));
        try {
            return context.installBundle("reference:" + Path.of(jar).toUri());
        } catch (BundleException e) {
            throw new AssertionError(jar, e);
        }
    }

    private static IntentProvider provider(Framework framework) throws InterruptedException {
        ServiceTracker<IntentProvider, IntentProvider> tracker = new ServiceTracker<>(framework.getBundleContext(),
                IntentProvider.class, null);
        // All services: to the framework, the test itself is no bundle that could be wired to the contracts.
        tracker.open(true);
        IntentProvider provider = tracker.waitForService(10_000);
        assertTrue(provider != null, "no IntentProvider within 10 s");
        return provider;
    }

    private static void stop(Framework framework) throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private static ToolCall call() {
        return new ToolCall(new CallId("c1"), new SessionName("s"), ToolCall.Kind.SHELL, "bash", "pytest tests/", false, "/p",
                Optional.empty(), 1000, 1, Instant.EPOCH, 0);
    }

    private static Outcome outcome(long peakBytes) {
        OptionalLong none = OptionalLong.empty();
        Usage usage = new Usage(none, OptionalLong.of(peakBytes), none, none, none, OptionalLong.of(1_000_000), none, none, none,
                none, none, none, none, none, none);
        return new Outcome(call(), new Grant(Limits.NONE, Placement.CALL, "test", ""), List.of(), Outcome.End.EXITED,
                OptionalInt.of(0), OptionalInt.empty(), Duration.ofSeconds(2), Instant.EPOCH, usage, DomainEvents.ZERO, 0, List.of(),
                false);
    }
}
