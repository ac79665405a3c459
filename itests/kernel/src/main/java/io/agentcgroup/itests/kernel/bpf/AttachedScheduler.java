package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.PerCpuArrayView;
import io.agentcgroup.api.bpf.shared.KernelStat;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One of our schedulers in the kernel, until it is detached or closed. */
final class AttachedScheduler implements AutoCloseable {

    private static final Path STATE = Path.of("/sys/kernel/sched_ext/state");
    private static final long FATE_S = 30;

    private final KernelPrograms programs = new KernelPrograms();
    private final BpfObject object;
    private BpfLink link;

    /** @param image which of the compiled objects */
    AttachedScheduler(String image) throws Exception {
        object = programs.loader().open(image, KernelPrograms.image(image));
        object.load();
        link = object.attachStructOps("acg_sched_ops");
        await("enabled");
    }

    static void await(String state) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FATE_S);
        // sysfs has nothing to wait at.
        while (!Files.readString(STATE).strip().equals(state)) {
            assertTrue(System.nanoTime() < deadline, () -> "the scheduler did not become " + state);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** @return one of its own maps, which is the caller's to close */
    BpfMap map(String name) {
        return object.map(name);
    }

    <V> ArrayView<V> array(String name, BpfCodec<V> values) {
        return ArrayView.of(programs.map(name), values);
    }

    <V> HashView<Long, V> hash(String name, BpfCodec<V> values) {
        return programs.hash(name, values);
    }

    long count(KernelStat stat) {
        return PerCpuArrayView.of(programs.map(SharedMaps.STATS), programs.loader().possibleCpus()).sum(stat.ordinal());
    }

    void detach() throws Exception {
        if (link != null) {
            link.close();
            link = null;
        }
        await("disabled");
    }

    @Override
    public void close() throws Exception {
        detach();
        object.close();
        programs.close();
    }
}
