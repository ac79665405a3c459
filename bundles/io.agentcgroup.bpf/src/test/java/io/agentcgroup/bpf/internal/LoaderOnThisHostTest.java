package io.agentcgroup.bpf.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfMapType;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.PerCpuArrayView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loader against the kernel that runs this test: any kernel with BPF. */
class LoaderOnThisHostTest {

    /** {@code ACG_STAT_EXECS}, and {@code ACG_EVENT_EXEC}, which the test program uses for its own purpose. */
    private static final int STAT = 2;
    /** Fewer in the guest, which is slow. */
    private static final int ROUNDS = Integer.getInteger("agentcgroup.test.rounds", 1000);
    /** The kernel takes some 40 ms to let go of a tracepoint. */
    private static final int ATTACHED_EVERY = 10;

    private TestLoader test;

    @BeforeEach
    void open() {
        test = new TestLoader();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private BpfObject loaded(long step) {
        BpfObject object = test.counter();
        object.initial("watched_tgid", ProcessHandle.current().pid());
        object.initial("step", step);
        object.load();
        return object;
    }

    @Test
    void aProgramRunsWithTheValuesThatWereSetBeforeAndOnlyWhileItIsAttached() {
        try (BpfObject object = loaded(3); BpfMap calls = object.map("calls")) {
            HashView<Long, Long> counts = HashView.of(calls, BpfCodec.U64, BpfCodec.U64);
            Long self = ProcessHandle.current().pid();
            Getpriority.call(1);
            assertTrue(counts.get(self).isEmpty());

            try (BpfLink link = object.attach("count_getpriority")) {
                assertEquals("count_getpriority", link.name());
                assertTrue(link.id() > 0);
                Getpriority.call(5);
                assertEquals(15L, counts.get(self).orElseThrow());
            }
            Getpriority.call(5);
            assertEquals(15L, counts.get(self).orElseThrow());
        }
    }

    @Test
    void aHashIsReadWrittenAndGoneThrough() {
        try (BpfObject object = loaded(1); BpfMap calls = object.map("calls")) {
            assertEquals(BpfMapType.HASH, calls.type());
            assertEquals(64, calls.maxEntries());
            HashView<Long, Long> view = HashView.of(calls, BpfCodec.U64, BpfCodec.U64);
            Map<Long, Long> expected = new HashMap<>();
            for (long key = 1; key <= 64; key++) {
                view.put(key, key * key);
                expected.put(key, key * key);
            }
            Map<Long, Long> seen = new HashMap<>();
            view.forEach(seen::put);
            assertEquals(expected, seen);

            assertFalse(view.putIfAbsent(1L, 7L));
            assertTrue(view.remove(1L));
            assertFalse(view.remove(1L));
            assertTrue(view.putIfAbsent(1L, 7L));
            BpfException full = assertThrows(BpfException.class, () -> view.put(65L, 0L));
            assertEquals(Libc.E2BIG, full.errno());
        }
    }

    @Test
    void countersAreAddedUpOverAllCpus() {
        try (BpfObject object = loaded(2); BpfLink link = object.attach("count_getpriority"); BpfMap stats = object.map("acg_stats")) {
            PerCpuArrayView counters = PerCpuArrayView.of(stats, test.loader.possibleCpus());
            Getpriority.call(4);
            assertEquals(8, counters.sum(STAT));
            assertEquals(test.loader.possibleCpus(), counters.perCpu(STAT).length);
            counters.reset(STAT);
            assertEquals(0, counters.sum(STAT));
            assertThrows(IndexOutOfBoundsException.class, () -> counters.sum(counters.size()));
        }
    }

    @Test
    void globalVariablesAreAnArrayOfOneElement() {
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_getpriority"); BpfMap variables = object.map(".bss")) {
            ArrayView<Long> seen = ArrayView.of(variables, BpfCodec.U64);
            Getpriority.call(6);
            assertEquals(6L, seen.get(0));
            seen.set(0, 40L);
            Getpriority.call(2);
            assertEquals(42L, seen.get(0));
        }
    }

    @Test
    void eventsAreHeardInOrderAndWhatAHandlerMissesIsItsOwnLoss() throws InterruptedException {
        List<Long> values = new ArrayList<>();
        CountDownLatch heard = new CountDownLatch(10);
        try (BpfObject object = loaded(9); BpfLink link = object.attach("count_getpriority"); BpfMap ring = object.map("acg_events");
                BpfEvents events = test.loader.consume(ring, event -> {
                    assertEquals(64, event.remaining());
                    assertThrows(RuntimeException.class, () -> event.put((byte) 0));
                    values.add(event.getLong(32));
                    heard.countDown();
                    if (values.size() == 3) {
                        throw new IllegalStateException("a handler's fault, on purpose");
                    }
                })) {
            ring.close();
            Getpriority.call(10);
            assertTrue(heard.await(10, TimeUnit.SECONDS));
            events.close();
            assertEquals(10, events.delivered());
            assertEquals(1, events.failed());
            assertEquals(List.of(9L, 9L, 9L, 9L, 9L, 9L, 9L, 9L, 9L, 9L), values);
        }
    }

    @Test
    void aFullRingBufferIsCountedAndWhatIsInItWaits() throws InterruptedException {
        // As many as fit: the kernel puts 8 bytes before each record of 64.
        int lost = 100;
        int fit = 256 * 1024 / (64 + 8);
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_getpriority"); BpfMap ring = object.map("acg_events");
                BpfMap stats = object.map("acg_stats")) {
            PerCpuArrayView counters = PerCpuArrayView.of(stats, test.loader.possibleCpus());
            Getpriority.call(fit + lost);
            long counted = counters.sum(1);
            assertEquals(fit + lost, counters.sum(0) + counted);
            assertTrue(counted >= lost && counted <= lost + 2, "lost " + counted);

            CountDownLatch heard = new CountDownLatch((int) counters.sum(0));
            try (BpfEvents events = test.loader.consume(ring, event -> heard.countDown())) {
                assertTrue(heard.await(10, TimeUnit.SECONDS));
                assertEquals(fit + lost - counted, events.delivered());
                assertTrue(events.waitingBytes() <= 0);
            }
        }
    }

    @Test
    void aConsumerMayEndItselfAndTheNextOneGetsTheRest() throws InterruptedException {
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_getpriority"); BpfMap ring = object.map("acg_events")) {
            CountDownLatch first = new CountDownLatch(1);
            BpfEvents[] self = new BpfEvents[1];
            Getpriority.call(3);
            synchronized (self) {
                self[0] = test.loader.consume(ring, event -> {
                    synchronized (self) {
                        self[0].close();
                    }
                    first.countDown();
                });
            }
            assertTrue(first.await(10, TimeUnit.SECONDS));
            CountDownLatch rest = new CountDownLatch(2);
            try (BpfEvents next = test.loader.consume(ring, event -> rest.countDown())) {
                assertTrue(rest.await(10, TimeUnit.SECONDS));
                assertEquals(1, self[0].delivered());
                assertEquals(2, next.delivered());
            }
        }
    }

    @Test
    void sharedMapsAreTheSameForTheNextObjectAndForWhoeverOpensThePin() {
        try (BpfObject first = loaded(1); BpfObject second = loaded(1); BpfMap one = first.map("acg_policy");
                BpfMap two = second.map("acg_policy"); BpfMap pinned = test.loader.pinnedMap("acg_policy").orElseThrow();
                BpfMap own = first.map("calls"); BpfMap others = second.map("calls")) {
            assertEquals(one.id(), two.id());
            assertEquals(one.id(), pinned.id());
            assertFalse(own.id() == others.id());
            assertEquals(List.of("acg_domains", "acg_events", "acg_hist", "acg_holds", "acg_policy", "acg_stats"),
                    test.loader.pins().list("").stream().filter(name -> !name.startsWith("acg_acc")).toList());
        }
        assertTrue(test.loader.pins().removeAll() >= 6);
        assertTrue(test.loader.pinnedMap("acg_policy").isEmpty());
        assertEquals(List.of(), test.loader.pins().list(""));
    }

    @Test
    void aPinnedLinkStaysAttachedWhenEverythingElseIsClosedAndEndsWithItsPin() {
        BpfMap calls;
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_getpriority")) {
            calls = object.map("calls");
            link.pin("counter/" + object.tag() + "/count_getpriority");
            assertEquals(Libc.EEXIST, assertThrows(BpfException.class, () -> link.pin("counter/" + object.tag() + "/count_getpriority")).errno());
        }
        try (calls) {
            HashView<Long, Long> counts = HashView.of(calls, BpfCodec.U64, BpfCodec.U64);
            Long self = ProcessHandle.current().pid();
            Getpriority.call(2);
            assertEquals(2L, counts.get(self).orElseThrow());

            String tag = test.loader.pins().children("counter").get(0);
            try (BpfLink again = test.loader.pinnedLink("counter/" + tag + "/count_getpriority").orElseThrow()) {
                assertEquals("count_getpriority", again.name());
            }
            Getpriority.call(2);
            assertEquals(4L, counts.get(self).orElseThrow());

            assertEquals(1, test.loader.pins().remove("counter"));
            assertTrue(endsCounting(counts, self), "still attached");
        }
    }

    /** The kernel detaches in its own time, some milliseconds after the last pin has gone. */
    private static boolean endsCounting(HashView<Long, Long> counts, Long self) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long before;
        do {
            before = counts.get(self).orElseThrow();
            Getpriority.call(1);
        } while (counts.get(self).orElseThrow() != before && System.nanoTime() < deadlineNs);
        return counts.get(self).orElseThrow() == before;
    }

    @Test
    void aLinkOnAPerfEventSaysThatItCannotBePinned() {
        Assumptions.assumeTrue(Files.exists(Path.of("/sys/kernel/tracing/events")), "this kernel has no tracefs, or it is not mounted");
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_by_perf_event")) {
            assertTrue(link.id() > 0);
            BpfException refused = assertThrows(BpfException.class, () -> link.pin("counter"));
            assertEquals(Libc.EOPNOTSUPP, refused.errno());
            assertTrue(refused.getMessage().contains("raw_tp"), refused::getMessage);
        }
    }

    @Test
    void theVerifiersLastWordsAreInTheMessage() {
        try (BpfObject object = test.loader.open("refused", TestLoader.image("refused"))) {
            BpfException refused = assertThrows(BpfException.class, object::load);
            assertEquals(Libc.EACCES, refused.errno());
            assertEquals("load the BPF object refused: Permission denied", refused.getMessage().lines().findFirst().orElse(""));
            // In the words of older verifiers, and of newer ones.
            assertTrue(refused.getMessage().matches("(?s).*(invalid mem access|Add a NULL check).*"), refused::getMessage);
            assertTrue(refused.log().size() > 5, () -> String.join("\n", refused.log()));
        }
    }

    @Test
    void whatIsNoObjectIsRefusedInWords() {
        BpfException refused = assertThrows(BpfException.class, () -> test.loader.open("nonsense", new byte[] {1, 2, 3}));
        assertTrue(refused.getMessage().contains("nonsense"), refused::getMessage);
    }

    @Test
    void unknownNamesSayWhichThereAre() {
        try (BpfObject object = test.counter()) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> object.autoload("nobody", false)).getMessage()
                    .contains("count_getpriority"));
            assertThrows(IllegalArgumentException.class, () -> object.initial("nobody", 1));
            assertThrows(IllegalArgumentException.class, () -> object.initial("watched_tgid", 1L << 32));
            assertThrows(IllegalArgumentException.class, () -> object.initial("watched_tgid", new byte[2]));
            assertThrows(IllegalStateException.class, () -> object.attach("count_getpriority"));
            assertThrows(IllegalArgumentException.class, () -> test.loader.pinnedMap("../elsewhere"));
        }
    }

    @Test
    void aClosedMapIsRefusedEvenIfItsDescriptorMeansSomethingElseByNow() {
        try (BpfObject object = loaded(1)) {
            BpfMap calls = object.map("calls");
            calls.close();
            calls.close();
            try (BpfMap another = object.map("acg_holds")) {
                assertThrows(IllegalStateException.class, () -> calls.lookup(new byte[8]));
                assertArrayEquals(new byte[0], another.lookup(new byte[8]).orElse(new byte[0]));
            }
        }
    }

    /** What is opened in a round is closed in it: every kind of object that the loader makes. */
    @Test
    void aThousandRoundsLeaveNoDescriptorBehind() {
        attachedRound();
        long before = TestLoader.openDescriptors();
        for (int i = 0; i < ROUNDS; i++) {
            if (i % ATTACHED_EVERY == 0) {
                attachedRound();
            } else {
                loaded(1).close();
            }
        }
        assertEquals(before, TestLoader.openDescriptors());
    }

    private void attachedRound() {
        try (BpfObject object = loaded(1); BpfLink link = object.attach("count_getpriority");
                BpfMap ring = object.map("acg_events"); BpfEvents events = test.loader.consume(ring, event -> {
                }); BpfMap pinned = test.loader.pinnedMap("acg_policy").orElseThrow()) {
            link.pin("round");
            Getpriority.call(1);
        }
        try (BpfLink again = test.loader.pinnedLink("round").orElseThrow()) {
            assertEquals(1, test.loader.pins().remove("round"));
        }
    }
}
