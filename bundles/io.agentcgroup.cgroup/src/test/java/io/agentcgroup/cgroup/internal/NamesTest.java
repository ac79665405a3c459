package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    private static final int FUZZED_NAMES = 10_000;
    /** What a name that leads elsewhere is made of. */
    private static final String HOSTILE = "./\\ \0\n\t%$~ab09-_:;*";

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "a/b", "..", ".", "", "a b", "UPPER", "-rf", "a\0b", "a\nb", "cgroup.procs", "memory.max",
            "daemon", "io.agent"})
    void theRootIsNotCalledLikeThis(String name) {
        // An empty name is the default's.
        if (name.isEmpty()) {
            assertEquals("agentcgroup", TreeSettings.of(name, true).root().value());
            return;
        }
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> TreeSettings.of(name, true));
        assertTrue(refusal.getMessage().contains("a-z 0-9"), refusal.getMessage());
    }

    @Test
    void theRootHasADefault() {
        assertEquals("agentcgroup", TreeSettings.of(null, true).root().value());
        assertEquals("agentcgroup-2", TreeSettings.of(" agentcgroup-2 ", true).root().value());
    }

    @Test
    void noNameThatIsAcceptedLeadsElsewhereOrHitsAControlFile() {
        Random random = new Random(42);
        for (int i = 0; i < FUZZED_NAMES; i++) {
            String name = random.ints(random.nextInt(1, 8), 0, HOSTILE.length())
                    .collect(StringBuilder::new, (s, at) -> s.append(HOSTILE.charAt(at)), StringBuilder::append).toString();
            if (accepted(() -> new SessionName(name)) || accepted(() -> new CallId(name))) {
                assertTrue(name.matches("[a-z0-9][a-z0-9._-]*"), () -> "accepted: " + name);
            }
        }
        for (ControlFile file : ControlFile.values()) {
            assertTrue(ReservedNames.isReserved(file.fileName()), file.fileName());
        }
    }

    private static boolean accepted(Runnable construction) {
        try {
            construction.run();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }
}
