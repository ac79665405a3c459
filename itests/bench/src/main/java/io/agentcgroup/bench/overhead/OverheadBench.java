package io.agentcgroup.bench.overhead;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.SessionTree;
import io.agentcgroup.cgroup.internal.TreeSettings;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The same work with our programs in the kernel and without, in turns, where nothing is short: in a call, scheduled by our
 * scheduler when it is attached, and in a cgroup that is none of ours.
 */
final class OverheadBench implements AutoCloseable {

    /** What is attached. */
    enum Arm {
        OFF("off"),
        /** The same once more, which shows how far apart two equal arms come out. */
        OFF_AGAIN("off-again"),
        ACCOUNT("account"),
        ALL("all");

        private final String label;

        Arm(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Long against a scheduler's tick and short against what a busy machine changes in a while. */
    private static final long BATCH_NS = Duration.ofMillis(200).toNanos();
    /** What attaching leaves to do: text of the kernel is rewritten, tasks change their class. */
    private static final Duration SETTLE = Duration.ofMillis(100);
    /** Before a batch that counts, a tenth of one that does not: it meets rewritten text, and caches that another process has used. */
    private static final int WARM_UP_SHARE = 10;
    /** The kernel's count is exact: these show how far it differs from one time to the next. */
    private static final int COUNTED_ROUNDS = 10;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_EXT = 7;
    private static final String NAME = "agentcgroup-overhead";

    private final SessionTree tree = SessionTree.open(TreeSettings.of(NAME, false));
    private final SessionNode session = tree.session(new SessionName("s"));
    private final Domain call = session.createCall(new CallId("1"));
    /** As deep as a service of systemd's. */
    private final ControlGroup slice;
    private final ControlGroup service;
    private final LoadedPrograms programs;
    private final Map<String, Worker> workers = new LinkedHashMap<>();

    OverheadBench(Path worker, Optional<Path> libbpf) throws IOException {
        slice = ControlGroup.mount().child(NAME + "-outside");
        slice.create();
        service = slice.child("service");
        service.create();
        programs = new LoadedPrograms(libbpf);
        programs.know(session, session, DomainEntry.ROLE_SESSION);
        programs.know(session, call, DomainEntry.ROLE_CALL);
        programs.mayHold();
        workers.put("outside", new Worker(worker, service.directory().toString(), SCHED_OTHER));
        workers.put("call", new Worker(worker, call.path(), SCHED_EXT));
    }

    /**
     * What was measured of one loop at one place.
     *
     * @param times how often a batch does it
     * @param took by a batch, by arm, one a round
     * @param programsNs that our programs ran meanwhile, by arm, one a counted round, after all others: counting costs something
     */
    record Series(String place, Worker.Loop loop, long times, Map<Arm, List<Worker.Took>> took, Map<Arm, List<Long>> programsNs) {
    }

    List<Series> measure(int rounds) throws IOException, InterruptedException {
        List<Arm> arms = new ArrayList<>(List.of(Arm.OFF, Arm.OFF_AGAIN, Arm.ACCOUNT));
        if (programs.hasScheduler()) {
            arms.add(Arm.ALL);
        }
        List<Series> series = new ArrayList<>();
        for (String place : workers.keySet()) {
            for (Worker.Loop loop : Worker.Loop.values()) {
                series.add(new Series(place, loop, timesFor(workers.get(place), loop), new EnumMap<>(Arm.class), new EnumMap<>(Arm.class)));
            }
        }
        for (int round = 0; round < rounds; round++) {
            // The arms take turns in going first.
            Collections.rotate(arms, 1);
            for (Arm arm : arms) {
                each(arm, series, one -> one.took().computeIfAbsent(arm, first -> new ArrayList<>()).add(batch(one)));
            }
        }
        arms.removeAll(List.of(Arm.OFF, Arm.OFF_AGAIN));
        try (ProgramTime time = new ProgramTime()) {
            for (int round = 0; round < COUNTED_ROUNDS; round++) {
                for (Arm arm : arms) {
                    each(arm, series, one -> {
                        long before = time.ns();
                        batch(one);
                        one.programsNs().computeIfAbsent(arm, first -> new ArrayList<>()).add(time.ns() - before);
                    });
                }
            }
        }
        return series;
    }

    /** Something to measure. */
    private interface Measurement {
        void take(Series one) throws IOException;
    }

    private void each(Arm arm, List<Series> series, Measurement measurement) throws IOException, InterruptedException {
        attach(arm);
        TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
        for (Series one : series) {
            workers.get(one.place()).work(one.loop(), Math.max(1, one.times() / WARM_UP_SHARE));
            measurement.take(one);
        }
        programs.detach();
    }

    private Worker.Took batch(Series one) throws IOException {
        return workers.get(one.place()).work(one.loop(), one.times());
    }

    /** The second batch counts: the first one finds caches cold. */
    private static long timesFor(Worker worker, Worker.Loop loop) throws IOException {
        int few = 10;
        worker.work(loop, few);
        return Math.max(1, BATCH_NS * few / worker.work(loop, few).ns());
    }

    private void attach(Arm arm) {
        if (arm == Arm.ACCOUNT || arm == Arm.ALL) {
            programs.attachAccount();
        }
        if (arm == Arm.ALL) {
            programs.attachScheduler();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (Worker worker : workers.values()) {
                worker.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        programs.close();
        session.remove();
        tree.close();
        service.remove();
        slice.remove();
    }
}
