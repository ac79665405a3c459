package io.agentcgroup.console.internal;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open page. A slow one misses moments; it never holds up the others. */
final class Watcher implements WriteListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final long endNs;
    private final Consumer<Watcher> come;
    private final Consumer<Watcher> left;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean writable;

    /**
     * @param come is told when the page can be sent something for the first time
     * @param left is told when it is gone
     */
    Watcher(AsyncContext context, long endNs, Consumer<Watcher> come, Consumer<Watcher> left) throws IOException {
        this.context = context;
        this.out = context.getResponse().getOutputStream();
        this.endNs = endNs;
        this.come = come;
        this.left = left;
        context.addListener(this);
        out.setWriteListener(this);
    }

    void send(byte[] event, long nowNs) {
        if (nowNs - endNs > 0) {
            end();
            return;
        }
        try {
            if (writable && out.isReady()) {
                out.write(event);
                if (out.isReady()) {
                    out.flush();
                }
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("a page went away: {}", e.getMessage());
            end();
        }
    }

    void end() {
        if (over.compareAndSet(false, true)) {
            left.accept(this);
            try {
                context.complete();
            } catch (IllegalStateException e) {
                LOG.debug("the container was faster: {}", e.getMessage());
            }
        }
    }

    @Override
    public void onWritePossible() {
        boolean first = !writable;
        writable = true;
        if (first) {
            come.accept(this);
        }
    }

    @Override
    public void onError(Throwable cause) {
        LOG.debug("a page went away: {}", String.valueOf(cause));
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (over.compareAndSet(false, true)) {
            left.accept(this);
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nothing starts it again.
    }
}
