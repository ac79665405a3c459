package io.agentcgroup.systemd.internal;

import io.agentcgroup.api.health.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Speaks to systemd, if that started us. As a service it takes what is to be told ({@code READY=1}); its type is one of the JDK's,
 * because the launcher, which is outside of the framework, shares no other with a bundle.
 */
@Component(service = Consumer.class, immediate = true, property = "agentcgroup.notify=systemd")
public final class SystemdLink implements Consumer<String> {

    private final Optional<ServiceManager> manager;
    private final Optional<Watchdog> watchdog;

    /** Without it nobody knows; then the sign says that the Java machine runs its threads. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Health health;

    @Activate
    public SystemdLink() {
        manager = ServiceManager.of(System.getenv(), ProcessHandle.current().pid());
        watchdog = manager.flatMap(systemd -> systemd.watchdog().map(period -> new Watchdog(systemd.socket(), period, atMost -> {
            Health asked = health;
            return asked == null ? Optional.empty() : asked.hanging(atMost);
        })));
    }

    @Deactivate
    void close() {
        watchdog.ifPresent(Watchdog::close);
    }

    /** @throws UncheckedIOException if systemd cannot be told */
    @Override
    public void accept(String state) {
        manager.ifPresent(systemd -> {
            try {
                systemd.socket().send(state);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
