package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler and the memory guard in the kernel, pinned as {@code schedext/<tag>/<name>}, so that they go on without a
 * daemon and the next one sees from the name whether they are its own. The kernel cannot replace a scheduler in place:
 * another version is detached first, and for some milliseconds the agents' tasks are the kernel's own scheduler's.
 *
 * <p>Thread-safe.
 */
final class Scheduler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** As {@code .name} in the programs. */
    static final String NAME = "agentcgroup";

    private static final String FOLDER = "schedext";
    private static final String IMAGE = "/schedext.bpf.o";
    private static final String STRUCT_OPS = "acg_sched_ops";
    /** Detaching walks over all tasks of the host in a kernel thread: some milliseconds, more on an emulated machine. */
    private static final long DETACHED_AT_MOST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final BpfLoader loader;
    private final KernelScheduler kernel;
    private final ScheduleSettings settings;
    /** Loaded and not in force; null otherwise. */
    private BpfObject object;
    /** Asked for each call, which must not wait while the kernel detaches. */
    private volatile boolean inForce;
    private volatile boolean detaching;
    /** {@code CLOCK_MONOTONIC}: what ended before was another one. */
    private long inForceSinceNs;

    Scheduler(BpfLoader loader, KernelScheduler kernel, ScheduleSettings settings) {
        this.loader = loader;
        this.kernel = kernel;
        this.settings = settings;
    }

    /**
     * Finds the one that an earlier daemon left in force, or lets the kernel check ours, so that it can be put in force.
     *
     * @throws BpfException when the kernel refuses it
     */
    synchronized void prepare() {
        close();
        BpfObject opened = loader.open(FOLDER, image());
        try {
            String pin = pins(opened) + "/" + STRUCT_OPS;
            inForceSinceNs = System.nanoTime();
            inForce = runs() && loader.pins().exists(pin);
            if (inForce) {
                opened.close();
                LOG.info("the scheduler that an earlier daemon put in force goes on");
            } else {
                opened.load();
                object = opened;
            }
            settings.write(loader);
        } catch (RuntimeException e) {
            opened.close();
            object = null;
            throw e;
        }
    }

    private boolean runs() {
        return kernel.attached().filter(name -> name.startsWith(NAME)).isPresent();
    }

    private static String pins(BpfObject object) {
        return FOLDER + "/" + object.tag();
    }

    /** @return whether the kernel is to run it: pinned, and not thrown out that we know. Never blocks */
    boolean inForce() {
        return inForce;
    }

    /** @return whether it is being taken out, which takes up to some seconds; nobody should wait for that. Never blocks */
    boolean detaching() {
        return detaching;
    }

    /**
     * Puts it in force, if it is not.
     *
     * @throws BpfException when the kernel refuses it, such as for another scheduler that is there
     */
    synchronized void putInForce() {
        if (inForce) {
            return;
        }
        if (object == null) {
            prepare();
            if (inForce) {
                return;
            }
        }
        String folder = pins(object);
        removePins();
        inForceSinceNs = System.nanoTime();
        try {
            pin(object.attachStructOps(STRUCT_OPS), folder);
            object.attachAll().forEach(link -> pin(link, folder));
        } catch (BpfException e) {
            loader.pins().remove(FOLDER);
            throw e;
        }
        object.close();
        object = null;
        inForce = true;
    }

    /** The kernel says so a moment before sysfs does. */
    synchronized boolean isEndOfTheOneInForce(ExitEntry end) {
        return inForce && end.timeNs() - inForceSinceNs > 0;
    }

    private static void pin(BpfLink link, String folder) {
        try (link) {
            link.pin(folder + "/" + link.name());
        }
    }

    /** Takes it out of force: the agents' tasks go on under the kernel's own scheduler. */
    void takeOut() {
        detaching = true;
        inForce = false;
        try {
            takeOutNow();
        } finally {
            detaching = false;
        }
    }

    private synchronized void takeOutNow() {
        // Somebody may have put it in force just now.
        inForce = false;
        removePins();
    }

    private void removePins() {
        if (loader.pins().remove(FOLDER) > 0 && runs()) {
            awaitDetached();
        }
    }

    /** The kernel detaches in a thread of its own, and has nothing to wait at. */
    private void awaitDetached() {
        long deadline = System.nanoTime() + DETACHED_AT_MOST_NS;
        while (!kernel.free() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    /** @return how the last one ended, if it has, and if anybody still knows */
    Optional<ExitEntry> lastEnd() {
        return loader.pinnedMap(SharedMaps.EXIT).map(map -> {
            try (BpfMap open = map) {
                return ArrayView.of(open, ExitEntry.CODEC).get(0);
            }
        }).filter(ExitEntry::ended);
    }

    /** What is in force stays so. */
    @Override
    public synchronized void close() {
        if (object != null) {
            object.close();
            object = null;
        }
    }

    private static byte[] image() {
        try (InputStream in = Scheduler.class.getResourceAsStream(IMAGE)) {
            if (in == null) {
                throw new IllegalStateException("this bundle was built without " + IMAGE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
