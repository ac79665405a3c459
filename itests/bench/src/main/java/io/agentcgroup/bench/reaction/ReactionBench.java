package io.agentcgroup.bench.reaction;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.EventEntry;
import io.agentcgroup.api.bpf.shared.HistogramEntry;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.cgroup.DomainListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * From the kernel's breach to the low session's process off its CPU, by five ways. The breach is the kernel's own time stamp in all of
 * them. The end is measured in the kernel where it holds the process back by itself, and is the process's last breath where
 * somebody freezes it.
 */
final class ReactionBench implements AutoCloseable {

    /** The ways, in the order of their rounds. */
    enum Arm {
        BPF("bpf"), RING_BUFFER("ring-buffer-freeze"), PSI("psi-freeze"), MEMORY_EVENTS("memory-events-freeze"), POLLING("polling-50ms-freeze");

        private final String label;

        Arm(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** As pressure daemons do. */
    private static final Duration POLL = Duration.ofMillis(50);
    /** The kernel looks ten times a window, and takes none shorter. */
    private static final Duration PSI_WINDOW = Duration.ofMillis(500);
    private static final Duration PSI_STALL = Duration.ofNanos(500_000);
    /** Who has not reacted by then has missed it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** For a freeze to have reached every task, and for things to calm down after a round. */
    private static final Duration SETTLE = Duration.ofMillis(40);

    private final LinkedBlockingQueue<EventEntry> breaches = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Long> freezes = new LinkedBlockingQueue<>();
    private final AtomicReference<Arm> active = new AtomicReference<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor();
    private final Race race;
    private final Programs programs;
    private final Watch events;
    private final Optional<Watch> psi;
    private volatile long highSeen;

    ReactionBench(Path reactor, Path scratch, Optional<Path> libbpf) throws IOException {
        programs = new Programs(libbpf, this::told);
        programs.mayHold(false);
        race = new Race(reactor, scratch);
        programs.know(race.high(), race.high(), Priority.HIGH, DomainEntry.ROLE_SESSION);
        programs.know(race.high(), race.highCall(), Priority.HIGH, DomainEntry.ROLE_CALL);
        programs.know(race.low(), race.low(), Priority.LOW, DomainEntry.ROLE_SESSION);
        programs.know(race.low(), race.lowCall(), Priority.LOW, DomainEntry.ROLE_CALL);
        events = race.high().watch(new DomainListener() {
            @Override
            public void memoryEvents() {
                lookAtCounters(Arm.MEMORY_EVENTS);
            }
        });
        psi = race.high().watchMemoryPressure(false, PSI_STALL, PSI_WINDOW, () -> freezeFor(Arm.PSI));
        poller.scheduleAtFixedRate(() -> lookAtCounters(Arm.POLLING), 0, POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void told(EventEntry event) {
        if (event.kind() == EventEntry.BREACH) {
            freezeFor(Arm.RING_BUFFER);
            breaches.add(event);
        }
    }

    private void lookAtCounters(Arm arm) {
        if (active.get() == arm && race.high().ownEvents().high() > highSeen) {
            freezeFor(arm);
        }
    }

    /** Freezes once, if it is that way's turn. */
    private void freezeFor(Arm arm) {
        if (active.compareAndSet(arm, null)) {
            race.lowCall().freeze(true);
            freezes.add(System.nanoTime());
        }
    }

    /** @return microseconds, by way; a round that is left out leaves no value */
    Map<Arm, List<Double>> measure(int rounds, int warmUp) throws IOException, InterruptedException {
        Map<Arm, List<Double>> micros = new EnumMap<>(Arm.class);
        for (Arm arm : Arm.values()) {
            micros.put(arm, new ArrayList<>());
        }
        for (int round = -warmUp; round < rounds; round++) {
            for (Arm arm : Arm.values()) {
                OptionalLong ns = arm == Arm.BPF ? held() : frozen(arm);
                if (round >= 0 && ns.isPresent()) {
                    micros.get(arm).add(ns.getAsLong() / 1e3);
                }
            }
        }
        return micros;
    }

    private OptionalLong held() throws IOException, InterruptedException {
        HistogramEntry before = programs.reactions();
        programs.mayHold(true);
        try {
            race.breach();
            breaches.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
        } finally {
            programs.mayHold(false);
        }
        // The next way finds it running again.
        TimeUnit.NANOSECONDS.sleep(Programs.HOLD_NS);
        HistogramEntry since = programs.reactions().since(before);
        calmDown();
        return since.count() == 0 ? OptionalLong.empty() : OptionalLong.of(since.sum() / since.count());
    }

    private OptionalLong frozen(Arm arm) throws IOException, InterruptedException {
        highSeen = race.high().ownEvents().high();
        active.set(arm);
        race.breach();
        EventEntry breach = breaches.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        Long freeze = freezes.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        active.set(null);
        TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
        long last = race.lastBreathNs();
        race.lowCall().freeze(false);
        calmDown();
        // Whose last breath is older was off its CPU already: there was nothing to stop.
        return breach == null || freeze == null || last < breach.timeNs() ? OptionalLong.empty() : OptionalLong.of(last - breach.timeNs());
    }

    private void calmDown() throws IOException, InterruptedException {
        race.relax();
        TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
        breaches.clear();
        freezes.clear();
    }

    @Override
    public void close() {
        poller.shutdownNow();
        events.close();
        psi.ifPresent(Watch::close);
        try {
            race.close();
        } catch (CgroupException e) {
            System.err.println("left behind: " + e.getMessage());
        }
        programs.close();
    }
}
