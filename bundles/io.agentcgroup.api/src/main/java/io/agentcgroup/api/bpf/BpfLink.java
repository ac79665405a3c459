package io.agentcgroup.api.bpf;

import org.osgi.annotation.versioning.ProviderType;

/** A program or a struct_ops map in force. It stays so until the link is closed, unless it is pinned. Thread-safe. */
@ProviderType
public interface BpfLink extends AutoCloseable {

    /** @return the program or the map that is attached; for a link found pinned, its name there without the folders */
    String name();

    /** @return the link's descriptor, valid until {@link #close()} */
    int descriptor();

    /** @return the kernel's number of the link, as {@code bpftool link} shows it */
    int id();

    /**
     * Pins it: it stays attached when this process ends. Folders are made.
     *
     * @param name relative to the pin root; components of {@code a-z A-Z 0-9 _ -}: bpffs takes no dots
     * @throws BpfException errno {@code EEXIST} if something is pinned there; {@code EINVAL} for the few attachments that older
     *         kernels do not make as links
     */
    void pin(String name);

    /**
     * Replaces the struct_ops map in force by another one of the same type, without a moment between.
     *
     * @throws BpfException errno {@code EOPNOTSUPP} where the type cannot: a sched_ext scheduler cannot be replaced, only ended
     *         and followed by another
     */
    void replaceBy(BpfObject object, String structOpsMap);

    /** Lets go: ends the attachment unless it is pinned. */
    @Override
    void close();
}
