package io.agentcgroup.otel.internal;

import io.agentcgroup.api.CallId;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/**
 * Ids of trace and span from the call's own, so that who has the one finds the other: of the SHA-256 of {@code <call id> <received>}, in
 * UTF-8 and the time as the journal writes it, the first 16 bytes are the trace's and the next 8 the span's.
 */
final class CallIds implements IdGenerator {

    /** The SDK asks on the thread that starts the span, without saying which. */
    private final ThreadLocal<ByteBuffer> current = new ThreadLocal<>();

    /** The span that this thread starts next is this call's. */
    void next(CallId call, Instant received) {
        try {
            current.set(ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest((call + " " + received).getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    void done() {
        current.remove();
    }

    @Override
    public String generateTraceId() {
        return TraceId.fromLongs(current.get().getLong(0), current.get().getLong(Long.BYTES));
    }

    @Override
    public String generateSpanId() {
        return SpanId.fromLong(current.get().getLong(2 * Long.BYTES));
    }
}
