package io.agentcgroup.otel.internal;

import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.enforce.Tier;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** The SDK, put together: spans of calls into a bounded queue, from there in batches to the collector. Thread-safe, never blocks. */
final class Tracing {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private static final String SCOPE = "io.agentcgroup";
    /** Soon enough for who looks at a trace, and a request holds what ended meanwhile. */
    private static final Duration BATCH = Duration.ofSeconds(1);
    /** Some hundred kilobytes. */
    private static final int BATCH_MOST = 256;
    private static final Duration CONNECT_MOST = Duration.ofSeconds(2);
    /** With what is tried again in it. */
    private static final Duration EXPORT_MOST = Duration.ofSeconds(10);
    /** As much as the journal keeps of a command. */
    private static final int LONGEST_VALUE = 2_048;
    /** More than a call has steps that are kept. */
    private static final int MOST_EVENTS = 128;
    /** At the stop; a collector that does not answer must not hold up the daemon. */
    static final long CLOSE_MOST_MS = 2_000;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final List<String> LOGS_OF_SDK = List.of("io.opentelemetry.exporter.internal.http.HttpExporter",
            "io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSender", "io.opentelemetry.sdk.trace.export.BatchSpanProcessor");

    private final CallIds ids = new CallIds();
    /** The SDK repeats itself, by a logging that nobody here reads. Kept, because java.util.logging forgets what is not. */
    private final List<Logger> quiet = LOGS_OF_SDK.stream().map(Logger::getLogger).toList();
    private final boolean commands;
    private final ExecutorService sender;
    private final Delivery delivery;
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    Tracing(Settings settings, String version) {
        quiet.forEach(logger -> logger.setLevel(Level.OFF));
        commands = settings.commands();
        sender = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "agentcgroup-otlp");
            thread.setDaemon(true);
            return thread;
        });
        delivery = new Delivery(exporter(settings, sender), settings.endpoint(), settings.queue());
        provider = SdkTracerProvider.builder().setIdGenerator(ids).setResource(resource(settings.serviceName(), version))
                .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).setMaxNumberOfEvents(MOST_EVENTS).build())
                .addSpanProcessor(BatchSpanProcessor.builder(delivery).setScheduleDelay(BATCH).setExporterTimeout(EXPORT_MOST)
                        .setMaxQueueSize(settings.queue()).setMaxExportBatchSize(Math.min(BATCH_MOST, settings.queue())).build())
                .build();
        tracer = provider.tracerBuilder(SCOPE).setInstrumentationVersion(version).build();
        LOG.info("a span for each tool call goes to {}", settings.endpoint());
    }

    private static OtlpHttpSpanExporter exporter(Settings settings, ExecutorService sender) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint().toString())
                .setMeterProvider(MeterProvider.noop()).setConnectTimeout(CONNECT_MOST).setTimeout(EXPORT_MOST).setExecutorService(sender)
                .setComponentLoader(ComponentLoader.forClassLoader(Tracing.class.getClassLoader()));
        settings.headers().forEach(builder::addHeader);
        return builder.build();
    }

    private static Resource resource(String serviceName, String version) {
        AttributesBuilder attributes = Attributes.builder().put("service.name", serviceName).put("service.version", version);
        try {
            attributes.put("host.name", Files.readString(HOST_NAME).strip());
        } catch (IOException e) {
            LOG.debug("spans do not name the host", e);
        }
        return Resource.getDefault().merge(Resource.create(attributes.build()));
    }

    void add(Outcome outcome, Tier tier) {
        if (!delivery.takes()) {
            return;
        }
        ids.next(outcome.call().id(), outcome.call().received());
        try {
            SpanOfCall.of(outcome, tier, commands, tracer);
        } finally {
            ids.done();
        }
    }

    long lost() {
        return delivery.lost();
    }

    /** Sends what waits, for two seconds at most. */
    void close() {
        provider.shutdown().join(CLOSE_MOST_MS, TimeUnit.MILLISECONDS);
        sender.shutdownNow();
        delivery.sayWhatIsLost();
    }
}
