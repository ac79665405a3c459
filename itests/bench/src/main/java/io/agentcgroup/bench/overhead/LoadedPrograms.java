package io.agentcgroup.bench.overhead;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.bpf.internal.LoaderComponent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** All programs of the tier {@code sched-ext}, loaded once and attached or not. Nothing of them is left when closed. */
final class LoadedPrograms implements AutoCloseable {

    private static final String PIN_ROOT = "agentcgroup-overhead";
    private static final String SCHEDULER = "acg_sched_ops";
    private static final Path STATE = Path.of("/sys/kernel/sched_ext/state");
    /** As the shipped configuration has it. */
    private static final long HOLD_MIN_NS = Duration.ofMillis(2).toNanos();
    private static final long HOLD_MAX_NS = Duration.ofMillis(500).toNanos();
    private static final long QUIET_NS = Duration.ofMillis(50).toNanos();
    private static final Duration DETACHED_AT_MOST = Duration.ofSeconds(10);
    private static final long LOOK_MS = 5;

    private final LoaderComponent loader;
    private final BpfObject account;
    /** Null where the kernel has no sched_ext. */
    private final BpfObject scheduler;
    private final List<BpfLink> links = new ArrayList<>();

    LoadedPrograms(Optional<Path> libbpf) throws IOException {
        loader = LoaderComponent.standalone(libbpf, PIN_ROOT);
        account = load("account");
        scheduler = Files.exists(STATE) ? load("schedext") : null;
    }

    private BpfObject load(String name) throws IOException {
        try (InputStream in = LoadedPrograms.class.getResourceAsStream("/" + name + ".bpf.o")) {
            if (in == null) {
                throw new IOException("this benchmark was built without " + name + ".bpf.o");
            }
            BpfObject object = loader.open(name, in.readAllBytes());
            object.load();
            return object;
        }
    }

    boolean hasScheduler() {
        return scheduler != null;
    }

    void know(Domain session, Domain domain, int role) {
        try (BpfMap map = account.map(SharedMaps.DOMAINS)) {
            // Of high priority: what it charges is looked at most closely.
            HashView.of(map, BpfCodec.U64, DomainEntry.CODEC)
                    .put(domain.id(), new DomainEntry(session.id(), DomainEntry.priorityOf(Priority.HIGH), role));
        }
    }

    void mayHold() {
        try (BpfMap map = account.map(SharedMaps.POLICY)) {
            ArrayView.of(map, PolicyEntry.CODEC).set(0, new PolicyEntry(HOLD_MIN_NS, HOLD_MAX_NS, QUIET_NS, 0,
                    List.of(0, PolicyEntry.bits(Set.of(Priority.NORMAL, Priority.LOW)), PolicyEntry.bits(Set.of(Priority.LOW)), 0), PolicyEntry.HOLD));
        }
    }

    void attachAccount() {
        links.addAll(account.attachAll());
    }

    void attachScheduler() {
        links.addAll(scheduler.attachAll());
        links.add(scheduler.attachStructOps(SCHEDULER));
    }

    void detach() throws IOException, InterruptedException {
        links.forEach(BpfLink::close);
        links.clear();
        long deadline = System.nanoTime() + DETACHED_AT_MOST.toNanos();
        // The kernel detaches a scheduler in a thread of its own, and has nothing to wait at.
        while (hasScheduler() && !Files.readString(STATE).strip().equals("disabled")) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the scheduler is attached still");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    @Override
    public void close() {
        links.forEach(BpfLink::close);
        if (scheduler != null) {
            scheduler.close();
        }
        account.close();
        loader.pins().removeAll();
        loader.stop();
    }
}
