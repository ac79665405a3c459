package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

    @TempDir
    Path home;
    private final List<String> said = new ArrayList<>();
    private final AtomicInteger built = new AtomicInteger();
    private Cache cache;

    @BeforeEach
    void openCache() {
        cache = new Cache(home, new Progress(said::add));
    }

    @Test
    void buildsAnEntryOnce() throws Exception {
        Path first = cache.entry("thing", "a", false, this::build);
        Path second = cache.entry("thing", "a", false, this::build);
        assertEquals(first, second);
        assertEquals("1", Files.readString(second.resolve("file")));
    }

    @Test
    void leavesNothingOfABuildThatFails() {
        assertThrows(GuestException.class, () -> cache.entry("thing", "a", false, folder -> {
            build(folder);
            throw new GuestException("no");
        }));
        assertFalse(Files.exists(home.resolve("thing-a")));
        assertFalse(Files.exists(home.resolve("making-thing")));
    }

    @Test
    void keepsTheOldEntryWhenAFreshOneCannotBeHad() throws Exception {
        cache.entry("thing", "a", false, this::build);
        Path kept = cache.entry("thing", "a", true, folder -> {
            throw new GuestException("the network is away");
        });
        assertEquals("1", Files.readString(kept.resolve("file")));
        assertTrue(said.get(0).contains("the network is away"), said.toString());
    }

    @Test
    void replacesTheEntryWhenAFreshOneIsWanted() throws Exception {
        cache.entry("thing", "a", false, this::build);
        assertEquals("2", Files.readString(cache.entry("thing", "a", true, this::build).resolve("file")));
    }

    @Test
    void letsThreadsTakeTurns() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Path> get = () -> cache.entry("thing", "a", false, this::build);
            for (var entry : threads.invokeAll(Collections.nCopies(8, get))) {
                assertEquals("1", Files.readString(entry.get().resolve("file")));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void build(Path folder) throws java.io.IOException {
        Files.writeString(folder.resolve("file"), Integer.toString(built.incrementAndGet()));
    }
}
