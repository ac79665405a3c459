package io.agentcgroup.bench.reaction;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.EventEntry;
import io.agentcgroup.api.bpf.shared.HistogramEntry;
import io.agentcgroup.api.bpf.shared.KernelHistogram;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.bpf.internal.LoaderComponent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Scheduler and memory guard of the tier {@code sched-ext}, loaded for the benchmark alone; gone when closed. */
final class Programs implements AutoCloseable {

    private static final String PIN_ROOT = "agentcgroup-reaction";
    private static final String SCHEDULER = "acg_sched_ops";
    /** One hold that is far longer than a round needs to see it, so that there is one a round. */
    static final long HOLD_NS = Duration.ofMillis(80).toNanos();
    private static final long QUIET_NS = Duration.ofMillis(20).toNanos();
    private static final long NS_PER_PAGE = Duration.ofMillis(10).toNanos();

    private final LoaderComponent loader;
    private final BpfObject object;
    private final List<BpfLink> links = new ArrayList<>();
    private final List<BpfMap> maps = new ArrayList<>();
    private final HashView<Long, DomainEntry> domains;
    private final ArrayView<PolicyEntry> policy;
    private final ArrayView<HistogramEntry> histograms;
    private final BpfEvents events;

    /** @param told gets every event of the kernel, on one thread */
    Programs(Optional<Path> libbpf, Consumer<EventEntry> told) throws IOException {
        loader = LoaderComponent.standalone(libbpf, PIN_ROOT);
        object = loader.open("schedext", image());
        object.load();
        links.addAll(object.attachAll());
        links.add(object.attachStructOps(SCHEDULER));
        domains = HashView.of(map(SharedMaps.DOMAINS), BpfCodec.U64, DomainEntry.CODEC);
        policy = ArrayView.of(map(SharedMaps.POLICY), PolicyEntry.CODEC);
        histograms = ArrayView.of(map(SharedMaps.HISTOGRAMS), HistogramEntry.CODEC);
        events = loader.consume(map(SharedMaps.EVENTS), bytes -> told.accept(EventEntry.CODEC.read(bytes)));
    }

    private BpfMap map(String name) {
        BpfMap map = object.map(name);
        maps.add(map);
        return map;
    }

    private static byte[] image() throws IOException {
        try (InputStream in = Programs.class.getResourceAsStream("/schedext.bpf.o")) {
            if (in == null) {
                throw new IOException("this benchmark was built without the scheduler");
            }
            return in.readAllBytes();
        }
    }

    void know(Domain session, Domain domain, Priority priority, int role) {
        domains.put(domain.id(), new DomainEntry(session.id(), DomainEntry.priorityOf(priority), role));
    }

    /** Whether the kernel may hold back by itself. Breaches are told in any case. */
    void mayHold(boolean may) {
        policy.set(0, new PolicyEntry(HOLD_NS, HOLD_NS, QUIET_NS, NS_PER_PAGE, List.of(0, PolicyEntry.bits(Set.of(Priority.LOW)), 0, 0),
                may ? PolicyEntry.HOLD : 0));
    }

    /** @return what the kernel has measured so far from a breach to a held task off its CPU */
    HistogramEntry reactions() {
        return histograms.get(KernelHistogram.REACTION.ordinal());
    }

    @Override
    public void close() {
        events.close();
        links.forEach(BpfLink::close);
        maps.forEach(BpfMap::close);
        object.close();
        loader.pins().removeAll();
        loader.stop();
    }
}
