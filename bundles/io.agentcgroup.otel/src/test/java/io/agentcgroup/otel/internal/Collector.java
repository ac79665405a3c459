package io.agentcgroup.otel.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A receiver of OTLP over HTTP, which reads requests with the classes that are made from OpenTelemetry's own definition. */
final class Collector implements AutoCloseable {

    private static final long WAIT_S = 20;

    /** What came, and with which header. */
    record Received(String authorization, ExportTraceServiceRequest request) {
    }

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private volatile int status = 200;

    Collector(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(status, -1);
            received.add(new Received(exchange.getRequestHeaders().getFirst("Authorization"), request));
        }
    }

    void answer(int withStatus) {
        status = withStatus;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String endpoint() {
        return "http://127.0.0.1:" + port() + "/v1/traces";
    }

    Received request() throws InterruptedException {
        Received request = received.poll(WAIT_S, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("nothing came in " + WAIT_S + " s");
        }
        return request;
    }

    /** @return that many spans, of as many requests as they come in */
    List<Span> spans(int count) throws InterruptedException {
        List<Span> spans = new ArrayList<>();
        while (spans.size() < count) {
            spans.addAll(spansOf(request().request()));
        }
        return spans;
    }

    static List<Span> spansOf(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream().flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream()).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
