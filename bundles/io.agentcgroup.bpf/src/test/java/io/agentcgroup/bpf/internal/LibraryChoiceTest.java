package io.agentcgroup.bpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.bpf.internal.LibraryChoice.Candidate;
import io.agentcgroup.bpf.internal.LibraryChoice.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryChoiceTest {

    private static final Version ANY = new Version(0, 0);

    @Test
    void theHostsComesBeforeTheDistributions() {
        assertEquals(List.of("libbpf.so.1", "/opt/agentcgroup/lib/native/libbpf.so.1"),
                LibraryChoice.candidates(Optional.of(Path.of("/opt/agentcgroup"))).stream().map(Candidate::file).toList());
        assertEquals(1, LibraryChoice.candidates(Optional.empty()).size());
    }

    @Test
    void versionsAreComparedAsNumbers() {
        assertTrue(new Version(1, 10).isAtLeast(new Version(1, 4)));
        assertTrue(new Version(2, 0).isAtLeast(new Version(1, 4)));
        assertTrue(new Version(1, 4).isAtLeast(new Version(1, 4)));
        assertFalse(new Version(1, 3).isAtLeast(new Version(1, 4)));
        assertFalse(new Version(0, 9).isAtLeast(new Version(1, 4)));
    }

    @Test
    void aRefusalSaysOfEachLibraryWhyNot(@TempDir Path folder) throws Exception {
        Path nonsense = Files.writeString(folder.resolve("libbpf.so.1"), "not a library");
        LibraryChoice choice = LibraryChoice.of(List.of(new Candidate("the host's", "libnobody-has-this.so.1"),
                new Candidate("the other's", folder.resolve("absent.so.1").toString()),
                new Candidate("the distribution's", nonsense.toString())), ANY);
        assertFalse(choice.capability().available());
        assertTrue(choice.library().isEmpty());
        String reason = choice.capability().reason();
        assertTrue(reason.contains("the host's cannot be used: it is not installed"), reason);
        assertTrue(reason.contains("the other's is not there"), reason);
        assertTrue(reason.contains("the distribution's cannot be used"), reason);
    }

    @Test
    void aLibraryThatIsTooOldIsNamedWithItsVersion() {
        List<Candidate> host = List.of(new Candidate("the host's", LibraryChoice.SONAME));
        LibraryChoice any = LibraryChoice.of(host, ANY);
        if (any.library().isEmpty()) {
            return; // No libbpf here; what is said then, another test looks at.
        }
        any.library().get().close();
        LibraryChoice future = LibraryChoice.of(host, new Version(99, 0));
        assertFalse(future.capability().available());
        assertTrue(future.capability().reason().matches("libbpf 99.0 or newer is needed; the host's is \\d+(\\.\\d+)+, too old.*"),
                future.capability()::reason);
    }
}
