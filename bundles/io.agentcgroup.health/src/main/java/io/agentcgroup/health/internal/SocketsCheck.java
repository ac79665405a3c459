package io.agentcgroup.health.internal;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Does somebody serve the sockets? Says something that is no message on the one for administration, and waits for being refused, which the
 * same thread does that serves the calls.
 */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=sockets", HealthCheck.TAGS + "=agentcgroup",
    HealthCheck.TAGS + "=" + HealthDesk.LIVENESS})
public final class SocketsCheck implements HealthCheck {

    /** As long as the head of a message, whose first byte is never 0. */
    private static final int HEADER_BYTES = 12;

    private final Path socket;

    @Activate
    public SocketsCheck(BundleContext context) {
        this(Path.of(Optional.ofNullable(context.getProperty("agentcgroup.run")).orElse("/run/agentcgroup")).resolve("control.sock"));
    }

    SocketsCheck(Path socket) {
        this.socket = socket;
    }

    @Override
    public Result execute() {
        if (!Files.exists(socket)) {
            return new Result(Result.Status.WARN, "there are no sockets, commands run without a cgroup; is feature gateway started?");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.allocate(HEADER_BYTES));
            channel.read(ByteBuffer.allocate(HEADER_BYTES));
        } catch (IOException e) {
            return refused(e);
        }
        return new Result(Result.Status.OK, "the sockets are served");
    }

    /** A connection that is broken off is an answer; one that nobody takes is not. */
    private Result refused(IOException e) {
        String why = String.valueOf(e.getMessage());
        return why.contains("reset") || why.contains("Broken pipe") ? new Result(Result.Status.OK, "the sockets are served")
                : new Result(Result.Status.CRITICAL, socket + " is not served, commands run without a cgroup: " + why);
    }
}
