package io.agentcgroup.container;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An OTLP receiver of somebody else's, in a process of its own: the npm package {@code @elastic/mockotlpserver}. */
final class OtlpReceiver implements AutoCloseable {

    /** Node starts in less than a second on a quiet machine. */
    private static final int START_AT_MOST_S = 30;
    /** A batch is a second away; one that is tried again, up to ten, on a quiet machine. */
    private static final int SPAN_AT_MOST_S = 30;

    /** What the receiver read of one span: of the resource and the scope that it came with, and of itself. */
    record Received(Map<String, Object> resource, Map<String, Object> scope, Map<String, Object> span) {

        Map<String, Object> attributes() {
            return object(span, "attributes");
        }
    }

    private final Process process;
    private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<URI> address = new LinkedBlockingQueue<>();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Map<Object, Received> spans = new HashMap<>();
    private final URI url;

    /** @param port 0 for any */
    OtlpReceiver(int port) throws Exception {
        Path modules = Path.of(System.getProperty("agentcgroup.otlp-receiver"), "node_modules").normalize();
        if (!Files.isDirectory(modules)) {
            throw new AssertionError("no OTLP receiver in " + modules + ": \"./agentcgroup test\" fetches it");
        }
        ProcessBuilder builder = new ProcessBuilder("node", script().toString(), Integer.toString(port)).redirectErrorStream(true);
        builder.environment().put("NODE_PATH", modules.toString());
        process = builder.start();
        Thread reader = new Thread(this::read, "otlp-receiver");
        reader.setDaemon(true);
        reader.start();
        url = address.poll(START_AT_MOST_S, TimeUnit.SECONDS);
        if (url == null) {
            close();
            throw new AssertionError("the receiver does not listen: " + said);
        }
    }

    private static Path script() throws URISyntaxException {
        return Path.of(OtlpReceiver.class.getResource("/otlp-receiver/receiver.js").toURI());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith("{\"url\"")) {
                    address.add(URI.create((String) JSON.std.mapFrom(line).get("url")));
                } else if (line.startsWith("{\"trace\"")) {
                    take(object(JSON.std.mapFrom(line), "trace"));
                }
            }
        } catch (IOException e) {
            said.add("its output ends: " + e);
        }
    }

    private void take(Map<String, Object> trace) {
        for (Map<String, Object> resource : objects(trace, "resourceSpans")) {
            for (Map<String, Object> scope : objects(resource, "scopeSpans")) {
                for (Map<String, Object> span : objects(scope, "spans")) {
                    received.add(new Received(object(object(resource, "resource"), "attributes"), object(scope, "scope"), span));
                }
            }
        }
    }

    int port() {
        return url.getPort();
    }

    /** @return the call's span, as soon as it is here */
    Received spanOf(Object call) throws InterruptedException {
        while (!spans.containsKey(call)) {
            Received next = received.poll(SPAN_AT_MOST_S, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no span of call " + call + " came; the receiver said " + said);
            }
            Received before = spans.put(next.attributes().get("gen_ai.tool.call.id"), next);
            if (before != null) {
                throw new AssertionError("a call came twice: " + before);
            }
        }
        return spans.get(call);
    }

    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    static Map<String, Object> object(Map<String, Object> of, String name) {
        return (Map<String, Object>) of.getOrDefault(name, Map.of());
    }

    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    private static List<Map<String, Object>> objects(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.getOrDefault(name, List.of());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
