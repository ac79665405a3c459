package io.agentcgroup.otel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DeliveryTest {

    private static final Throwable REFUSED = FailedExportException.httpFailedExceptionally(
            new CompletionException(new UncheckedIOException(new ConnectException("Connection refused"))));

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Delivery.class);
    private CompletableResultCode answer;
    private final Delivery delivery = new Delivery(new SpanExporter() {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return answer;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }, URI.create("http://c/v1/traces"), 2);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void anOutageIsSaidOnceAndItsEndWithWhatWasLost() {
        send(CompletableResultCode.ofExceptionalFailure(REFUSED));
        send(CompletableResultCode.ofFailure());
        send(CompletableResultCode.ofSuccess());
        send(CompletableResultCode.ofSuccess());
        assertEquals(List.of("spans do not arrive at http://c/v1/traces: java.net.ConnectException: Connection refused; calls and journal are not affected",
                "spans arrive at http://c/v1/traces again; 2 were lost"), said());
        assertEquals(0, delivery.lost());
    }

    @Test
    void thereIsRoomAgainWhenTheCollectorHasAnswered() {
        CompletableResultCode pending = new CompletableResultCode();
        send(pending);
        assertTrue(delivery.takes());
        assertFalse(delivery.takes());
        pending.succeed();
        assertTrue(delivery.takes());
    }

    @Test
    void atTheEndItIsSaidHowManyDidNotArriveAndNoMore() {
        CompletableResultCode pending = new CompletableResultCode();
        send(pending);
        assertTrue(delivery.takes());
        delivery.sayWhatIsLost();
        pending.failExceptionally(REFUSED);
        assertEquals(List.of("2 spans did not arrive at http://c/v1/traces"), said());
    }

    private void send(CompletableResultCode answered) {
        answer = answered;
        assertTrue(delivery.takes());
        delivery.export(Collections.singletonList(null));
    }

    private List<String> said() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
