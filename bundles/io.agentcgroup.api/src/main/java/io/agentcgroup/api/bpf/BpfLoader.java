package io.agentcgroup.api.bpf;

import io.agentcgroup.api.Capability;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads BPF objects into the kernel. An OSGi service, thread-safe. It is there on every host: where no libbpf can be used,
 * {@link #library()} says why and the rest throws that reason.
 *
 * <pre>{@code
 * try (BpfObject object = loader.open("account", image)) {
 *     object.initial("slow_ns", 20_000_000);
 *     object.load();
 *     object.attachAll().forEach(link -> {
 *         link.pin("account/" + link.name());
 *         link.close();
 *     });
 * }
 * }</pre>
 */
@ProviderType
public interface BpfLoader {

    /** @return which libbpf is used and why, or why none */
    Capability library();

    /**
     * @return the folder in bpffs below which everything is pinned; all names to pin by are relative to it. Whether it can be
     *         used is {@link KernelFeature#PIN}
     */
    Path pinRoot();

    /**
     * Opens a compiled object; nothing is loaded yet. Maps that are declared as pinned by name will be found, or pinned, at the
     * top of {@link #pinRoot()}.
     *
     * @param name for messages, and the kernel's name of its sections
     * @param image the ELF file
     */
    BpfObject open(String name, byte[] image);

    /**
     * @param name relative to the pin root, such as {@code acg_policy}
     * @return the map that is pinned there; empty when nothing is
     */
    Optional<BpfMap> pinnedMap(String name);

    /**
     * @param name relative to the pin root, such as {@code account/on_exec}
     * @return the link that is pinned there; empty when nothing is. Closing it leaves it attached
     */
    Optional<BpfLink> pinnedLink(String name);

    /** @return what is pinned, to look at and to remove */
    BpfPins pins();

    /**
     * Hears a ring buffer. Handlers of all ring buffers run on one thread of the loader's, one event after the other; they must
     * not block. A handler that throws is reported and loses that event alone.
     *
     * @param map a map of type {@link BpfMapType#RINGBUF}; may be closed afterwards. One consumer a map
     * @param handler gets each record, in the machine's byte order; the buffer is valid only during the call
     * @return closing it ends the deliveries: when {@code close} returns, none is under way, unless called from the handler
     */
    BpfEvents consume(BpfMap map, EventHandler handler);

    /** @return number of CPUs that this machine can have: as many values has a per-CPU map for each key */
    int possibleCpus();

    /** Gets the records of a ring buffer. */
    @FunctionalInterface
    interface EventHandler {
        /** @param event read-only, valid only during the call */
        void onEvent(ByteBuffer event);
    }
}
