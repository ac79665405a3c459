package io.agentcgroup.account.internal;

import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.shared.EventEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.KernelEvent.Kind;
import io.agentcgroup.api.enforce.KernelEvents;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Brings the ring buffer's records to the engine, in its words. What happens while there is no engine waits in the ring. */
@Component(service = {}, immediate = true)
public final class EventReader {

    private final KernelEvents engine;
    private final Optional<BpfEvents> events;

    /** @param accounts there first: it makes the ring */
    @Activate
    public EventReader(@Reference BpfLoader loader, @Reference KernelAccounts accounts, @Reference KernelEvents engine) {
        this.engine = engine;
        try (BpfMap ring = accounts.capability().available() ? loader.pinnedMap(SharedMaps.EVENTS).orElse(null) : null) {
            events = Optional.ofNullable(ring).map(map -> loader.consume(map, this::read));
        }
    }

    @Deactivate
    public void stop() {
        events.ifPresent(BpfEvents::close);
    }

    private void read(ByteBuffer bytes) {
        EventEntry entry = EventEntry.CODEC.read(bytes);
        kind(entry.kind()).ifPresent(kind -> engine.happened(new KernelEvent(entry.session(), entry.cgroup(), kind, entry.value(),
                entry.value2(), entry.pid(), entry.comm(), entry.timeNs())));
    }

    /** Programs that are newer than this bundle may tell more. */
    private static Optional<Kind> kind(int number) {
        return Optional.ofNullable(switch (number) {
            case EventEntry.EXEC -> Kind.EXEC;
            case EventEntry.FORK -> Kind.FORK;
            case EventEntry.EXIT -> Kind.EXIT;
            case EventEntry.OOM -> Kind.OOM_VICTIM;
            case EventEntry.BREACH -> Kind.BREACH;
            case EventEntry.HOLD -> Kind.HELD;
            case EventEntry.RELEASE -> Kind.RELEASED;
            case EventEntry.DELAY -> Kind.DELAYED;
            default -> null;
        });
    }
}
