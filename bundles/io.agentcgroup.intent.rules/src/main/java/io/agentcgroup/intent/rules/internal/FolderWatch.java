package io.agentcgroup.intent.rules.internal;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when something in a folder may have changed. The folder is watched, not the file: editors write a new file and rename it over
 * the old one. Sleeps in inotify until then.
 */
final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    /** Saving a file makes several events; after that much quiet it is written. */
    private static final long QUIET_MS = 100;

    private final WatchService watcher;
    private final Runnable changed;

    /** @throws IOException if the folder cannot be watched, such as when it is not there */
    FolderWatch(Path folder, Runnable changed) throws IOException {
        this.changed = changed;
        this.watcher = folder.getFileSystem().newWatchService();
        try {
            folder.register(watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            watcher.close();
            throw e;
        }
        Thread thread = new Thread(this::run, "agentcgroup-rules");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            boolean there = true;
            while (there) {
                there = forget(watcher.take());
                for (WatchKey more = next(); more != null; more = next()) {
                    there = forget(more);
                }
                changed.run();
            }
            LOG.warn("the folder of the rules file is gone; changes are not seen any more");
        } catch (ClosedWatchServiceException e) {
            LOG.trace("closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private WatchKey next() throws InterruptedException {
        return watcher.poll(QUIET_MS, TimeUnit.MILLISECONDS);
    }

    /** @return whether the folder is still there */
    private static boolean forget(WatchKey key) {
        key.pollEvents();
        return key.reset();
    }

    @Override
    public void close() {
        try {
            watcher.close();
        } catch (IOException e) {
            LOG.warn("the watch on the rules file could not be closed", e);
        }
    }
}
