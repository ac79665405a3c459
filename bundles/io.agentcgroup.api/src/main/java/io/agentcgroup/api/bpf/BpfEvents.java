package io.agentcgroup.api.bpf;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The consumer of a ring buffer. What found no room in the buffer is not seen here: the program that writes counts it.
 * Thread-safe.
 */
@ProviderType
public interface BpfEvents extends AutoCloseable {

    /** @return records delivered so far */
    long delivered();

    /** @return how many of them the handler failed on */
    long failed();

    /** @return bytes that wait in the buffer: near its size, records are being lost; -1 where libbpf is too old to say */
    long waitingBytes();

    /** Ends the deliveries. What waits in the buffer stays there for the next consumer. */
    @Override
    void close();
}
