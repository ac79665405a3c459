package io.agentcgroup.otel.internal;

import io.agentcgroup.api.PrintableText;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds how many spans are on their way to the collector, and says when they do not arrive: once an outage, and once when it is over. */
final class Delivery implements SpanExporter {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final SpanExporter exporter;
    private final URI endpoint;
    private final int most;
    private final AtomicInteger onTheirWay = new AtomicInteger();
    // Guarded by this.
    private boolean failing;
    private long lost;

    Delivery(SpanExporter exporter, URI endpoint, int most) {
        this.exporter = exporter;
        this.endpoint = endpoint;
        this.most = most;
    }

    /** @return whether there is room for one more; if so, it is on its way. Otherwise it is lost */
    boolean takes() {
        if (onTheirWay.incrementAndGet() <= most) {
            return true;
        }
        onTheirWay.decrementAndGet();
        lose(1, "more calls end than it takes");
        return false;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            onTheirWay.addAndGet(-count);
            if (result.isSuccess()) {
                arrived();
            } else {
                lose(count, reason(result.getFailureThrowable()));
            }
        });
        return result;
    }

    private static String reason(Throwable failure) {
        if (failure instanceof FailedExportException.HttpExportException http && http.getResponse() != null) {
            return "it answers with status " + http.getResponse().getStatusCode();
        }
        Throwable cause = failure;
        while (cause != null && cause.getCause() != null && wraps(cause)) {
            cause = cause.getCause();
        }
        return cause == null ? "the reason is not known" : PrintableText.escape(cause.toString());
    }

    /** The SDK's own layers; what lies below says what is wrong. */
    private static boolean wraps(Throwable failure) {
        return failure instanceof FailedExportException || failure instanceof CompletionException || failure instanceof UncheckedIOException;
    }

    private synchronized void arrived() {
        if (failing) {
            failing = false;
            LOG.info("spans arrive at {} again; {} were lost", endpoint, lost);
            lost = 0;
        }
    }

    private synchronized void lose(int count, String reason) {
        lost += count;
        if (!failing) {
            failing = true;
            LOG.warn("spans do not arrive at {}: {}; calls and journal are not affected", endpoint, reason);
        }
    }

    synchronized long lost() {
        return lost;
    }

    /** At the end: what is still on its way does not arrive any more, and it need not be said again when that fails. */
    synchronized void sayWhatIsLost() {
        long gone = lost + onTheirWay.get();
        if (gone > 0) {
            LOG.warn("{} spans did not arrive at {}", gone, endpoint);
        }
        failing = true;
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
