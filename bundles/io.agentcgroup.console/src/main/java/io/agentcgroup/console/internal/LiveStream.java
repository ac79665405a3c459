package io.agentcgroup.console.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one stream of server-sent events that all pages live from. While nobody watches there is neither a thread nor a timer. It is a
 * servlet of its own, because the console's plugins cannot be asynchronous; being in the console's context, it has the console's
 * login.
 */
@Component(service = Servlet.class, property = {"osgi.http.whiteboard.servlet.pattern=/agentcgroup/live",
    "osgi.http.whiteboard.servlet.asyncSupported:Boolean=true",
    "osgi.http.whiteboard.context.select=(osgi.http.whiteboard.context.name=org.apache.felix.webconsole)"})
public final class LiveStream extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

    /** A change is seen within a second. */
    private static final long PERIOD_MS = 500;
    /** Then the browser connects again by itself, and so has its login looked at again. */
    private static final long STREAM_AT_MOST_MS = 60_000;
    private static final int MOST_WATCHERS = 32;

    private final transient Moment moment;
    private final transient Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    /** Null while nobody watches. Guarded by this. */
    private transient ScheduledExecutorService clock;

    @Activate
    public LiveStream(@Reference Services services) {
        moment = new Moment(services);
    }

    @Deactivate
    void stop() {
        watchers.forEach(Watcher::end);
        rest();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (watchers.size() >= MOST_WATCHERS) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "too many pages are open");
            return;
        }
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        watchers.add(new Watcher(context, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STREAM_AT_MOST_MS), this::come, this::left));
        begin();
    }

    /** Who has just come gets the picture at once, not with the next round. */
    private synchronized void come(Watcher watcher) {
        if (clock != null) {
            clock.execute(() -> show(Set.of(watcher)));
        }
    }

    private synchronized void begin() {
        if (clock == null) {
            clock = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "agentcgroup-console-live");
                thread.setDaemon(true);
                return thread;
            });
            clock.scheduleWithFixedDelay(() -> show(watchers), PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void show(Set<Watcher> to) {
        try {
            byte[] event = event();
            long nowNs = System.nanoTime();
            to.forEach(watcher -> watcher.send(event, nowNs));
        } catch (IOException | RuntimeException e) {
            // Whoever watches sees the picture stand still; the next moment may be better.
            LOG.warn("the live picture cannot be made: {}", e.toString());
        }
    }

    private byte[] event() throws IOException {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        // JSON by the library has no line end in it: one line is one event.
        event.writeBytes(JSON.std.asBytes(moment.json()));
        event.writeBytes("\nretry: 250\n\n".getBytes(StandardCharsets.US_ASCII));
        return event.toByteArray();
    }

    private synchronized void left(Watcher watcher) {
        watchers.remove(watcher);
        if (watchers.isEmpty()) {
            rest();
        }
    }

    private synchronized void rest() {
        if (clock != null) {
            clock.shutdownNow();
            clock = null;
        }
    }
}
