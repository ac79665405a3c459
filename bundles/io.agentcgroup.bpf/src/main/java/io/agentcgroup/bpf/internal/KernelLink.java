package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfObject;

/** A link of the kernel's, by its descriptor. */
final class KernelLink implements BpfLink {

    private final String name;
    private final Descriptor descriptor;
    private final PinRoot pins;

    KernelLink(String name, Descriptor descriptor, PinRoot pins) {
        this.name = name;
        this.descriptor = descriptor;
        this.pins = pins;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int descriptor() {
        return descriptor.number();
    }

    @Override
    public int id() {
        // struct bpf_link_info: type, id, ...
        return descriptor.info(info -> info.getInt(4));
    }

    @Override
    public void pin(String pinName) {
        descriptor.pin(pins, pinName);
    }

    @Override
    public void replaceBy(BpfObject object, String structOpsMap) {
        if (!(object instanceof LoadedObject ours)) {
            throw new IllegalArgumentException("not an object of this loader: " + object);
        }
        ours.withStructOps(structOpsMap, map -> descriptor.with(link -> {
            update(link, map);
            return null;
        }));
    }

    private void update(int link, int map) throws BpfException {
        // union bpf_attr, link_update: link_fd, new_map_fd, flags, old_map_fd
        try (Memory attributes = new Memory(BpfCommand.ATTRIBUTES_BYTES)) {
            attributes.clear();
            attributes.setInt(0, link);
            attributes.setInt(4, map);
            BpfCommand.LINK_UPDATE.run("replace what " + name + " has in force", attributes);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    /** An attachment through a perf event, which is over when libbpf's own link goes, pinned or not. */
    static final class PerfLink implements BpfLink {

        private final String name;
        private Pointer link;

        PerfLink(String name, Pointer link) {
            this.name = name;
            this.link = link;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public synchronized int descriptor() {
            if (link == null) {
                throw new IllegalStateException("the link of " + name + " is closed");
            }
            return Libbpf.bpf_link__fd(link);
        }

        @Override
        public int id() {
            return Descriptor.duplicateOf("the link of " + name, descriptor()).infoAndClose(info -> info.getInt(4));
        }

        @Override
        public void pin(String pinName) {
            throw BpfLibrary.failure("pin the link of " + name + ", which is on a perf event (use raw_tp, tp_btf or fentry)",
                    Libc.EOPNOTSUPP);
        }

        @Override
        public void replaceBy(BpfObject object, String structOpsMap) {
            throw BpfLibrary.failure("replace the program " + name, Libc.EOPNOTSUPP);
        }

        @Override
        public synchronized void close() {
            if (link != null) {
                Libbpf.bpf_link__destroy(link);
                link = null;
            }
        }
    }
}
