package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.bpf.internal.LoaderComponent;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is pinned outlives the process that made it. */
class PinnedProgramsTest {

    private static final String PIN_ROOT = "agentcgroup-pinned-test";

    private final LoaderComponent loader = Loaders.open(PIN_ROOT);

    @AfterEach
    void removeEverything() {
        loader.pins().removeAll();
        loader.stop();
    }

    @Test
    void aPinnedProgramGoesOnWhenItsProcessHasDiedAndTheNextOneFindsItByItsTag() throws Exception {
        long self = ProcessHandle.current().pid();
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java",
                "-cp", System.getProperty("java.class.path"),
                "-D" + Loaders.LIBRARY_PROPERTY + "=" + System.getProperty(Loaders.LIBRARY_PROPERTY, ""),
                PinAndDie.class.getName(), PIN_ROOT, Long.toString(self)).inheritIO().start();
        assertEquals(0, process.waitFor());

        try (BpfObject same = loader.open("counter", Loaders.image("counter"));
                BpfLink link = loader.pinnedLink("counter/" + same.tag()).orElseThrow();
                BpfMap calls = loader.pinnedMap("counter/calls").orElseThrow()) {
            assertTrue(link.id() > 0);
            HashView<Long, Long> counts = HashView.of(calls, BpfCodec.U64, BpfCodec.U64);
            Getpriority.call(3);
            assertEquals(3L, counts.get(self).orElseThrow());
            assertEquals(Set.of("calls", same.tag()), Set.copyOf(loader.pins().children("counter")));
        }
    }
}
