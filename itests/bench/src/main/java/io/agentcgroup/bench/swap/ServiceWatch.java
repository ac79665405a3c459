package io.agentcgroup.bench.swap;

import io.agentcgroup.api.policy.AdaptivePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;

/**
 * Writes down when a {@link SwappedPolicy} comes and when it goes, from inside the framework: a line each, nanoseconds of
 * {@code CLOCK_MONOTONIC} and {@code +} or {@code -}.
 */
public final class ServiceWatch implements BundleActivator {

    static final String FILE = "swaps";

    /** The name of {@link SwappedPolicy}, which is in another jar. */
    private static final String WATCHED = "io.agentcgroup.bench.swap.SwappedPolicy";

    private Path file;

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        file = Path.of(context.getProperty("agentcgroup.state"), FILE);
        context.addServiceListener(this::changed, "(&(objectClass=" + AdaptivePolicy.class.getName() + ")(component.name="
                + WATCHED + "))");
        write("ready");
    }

    @Override
    public void stop(BundleContext context) {
        // Its listener goes with it.
    }

    private void changed(ServiceEvent event) {
        switch (event.getType()) {
            case ServiceEvent.REGISTERED -> write("+");
            case ServiceEvent.UNREGISTERING -> write("-");
            default -> { }
        }
    }

    private void write(String what) {
        try {
            Files.writeString(file, System.nanoTime() + " " + what + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
    }
}
