package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our programs in the kernel, loaded once for all sessions and in force in none until {@link #attach} says so. The shared maps
 * are found pinned, or are pinned, by loading.
 */
final class MemoryPrograms implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryPrograms.class);

    private static final String STRUCT_OPS = "acg_memcgops";
    /** Compares the delays that came with those that were asked for; nothing depends on it. */
    private static final String WATCHER = "memcgops_waited";
    private static final String WATCHED = "__mem_cgroup_handle_over_high";
    /** A session's program is not to be replaced by somebody below it. */
    private static final int FLAGS = 0;

    private final OpsVersion version;
    private final BpfObject object;
    private final Optional<BpfLink> watcher;

    private MemoryPrograms(OpsVersion version, BpfObject object, Optional<BpfLink> watcher) {
        this.version = version;
        this.object = object;
        this.watcher = watcher;
    }

    /** @throws BpfException when the kernel refuses them */
    static MemoryPrograms load(OpsVersion version, BpfLoader loader, KernelFeatures kernel) {
        BpfObject object = loader.open(version.object(), version.image());
        try {
            boolean watchable = kernel.has(KernelFeature.TRAMPOLINES) && kernel.hasFunction(WATCHED);
            object.autoload(WATCHER, watchable);
            object.load();
            return new MemoryPrograms(version, object, watchable ? watch(object) : Optional.empty());
        } catch (RuntimeException e) {
            object.close();
            throw e;
        }
    }

    /** Not pinned: it measures for a daemon that listens. */
    private static Optional<BpfLink> watch(BpfObject object) {
        try {
            return Optional.of(object.attach(WATCHER));
        } catch (BpfException e) {
            LOG.warn("delays will be counted, but not measured: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** @return stands for exactly these programs */
    String tag() {
        return object.tag();
    }

    /** Puts them in force for a cgroup and all that are below it, now and later. */
    BpfLink attach(int cgroupDescriptor) {
        return object.attachStructOps(STRUCT_OPS, cgroupDescriptor, version.form(), FLAGS);
    }

    /** What is attached stays so. */
    @Override
    public void close() {
        watcher.ifPresent(BpfLink::close);
        object.close();
    }
}
