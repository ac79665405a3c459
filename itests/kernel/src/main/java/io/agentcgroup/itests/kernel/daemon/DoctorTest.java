package io.agentcgroup.itests.kernel.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What {@code doctor} says of this kernel, compared with what the kernel shows to everybody. Runs on every kernel with all controllers; which
 * tier is right depends on it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorTest {

    private static final Path SCHED_EXT = Path.of("/sys/kernel/sched_ext");
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    /** Where the kernel has them, its BTF has the name of the structure. */
    private static final String MEMCG_BPF_OPS = "memcg_bpf_ops";

    private Map<String, Object> said;
    private boolean schedExt;
    private boolean memcgBpf;

    @BeforeAll
    void ask() throws Exception {
        String home = System.getProperty("agentcgroup.test.home");
        assumeTrue(home != null, "needs the distribution");
        Process doctor = new ProcessBuilder(Path.of(home, "bin/agentcgroup").toString(), "doctor", "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] answer = doctor.getInputStream().readAllBytes();
        assertEquals(0, doctor.waitFor());
        said = JSON.std.mapFrom(answer);
        schedExt = Files.isDirectory(SCHED_EXT);
        memcgBpf = new String(Files.readAllBytes(BTF), StandardCharsets.ISO_8859_1).contains("\0" + MEMCG_BPF_OPS + "\0");
    }

    @Test
    void theTierIsTheStrongestThatTheKernelHas() {
        assertEquals(memcgBpf ? "memcg-bpf" : schedExt ? "sched-ext" : "cgroup", said.get("tier"), said::toString);
        assertEquals(List.of("memcg-bpf", "sched-ext", "cgroup", "observe"), list("tiers").stream().map(tier -> tier.get("name")).toList());
        assertTrue(isThere("tiers", "cgroup") && isThere("tiers", "observe"), said::toString);
    }

    @Test
    void eachTierThatTheKernelHasNotIsExplainedByWhatItLacks() {
        assertEquals(schedExt, isThere("tiers", "sched-ext"), said::toString);
        assertTrue(schedExt || reason("tiers", "sched-ext").contains("sched_ext"), () -> reason("tiers", "sched-ext"));
        assertEquals(memcgBpf, isThere("tiers", "memcg-bpf"), said::toString);
        assertTrue(memcgBpf || reason("tiers", "memcg-bpf").contains(MEMCG_BPF_OPS), () -> reason("tiers", "memcg-bpf"));
    }

    @Test
    void theKernelCountsWhatHappensInDomains() {
        assertTrue(isThere("features", "kernel.accounting"), () -> reason("features", "kernel.accounting"));
    }

    private boolean isThere(String part, String name) {
        return Boolean.TRUE.equals(one(part, name).get("available"));
    }

    private String reason(String part, String name) {
        return String.valueOf(one(part, name).get("reason"));
    }

    private Map<String, Object> one(String part, String name) {
        return list(part).stream().filter(entry -> name.equals(entry.get("name"))).findFirst()
                .orElseThrow(() -> new AssertionError("nothing is said of " + name + ": " + said));
    }

    @SuppressWarnings("unchecked") // what Jackson makes of a JSON array of objects
    private List<Map<String, Object>> list(String part) {
        return (List<Map<String, Object>>) said.get(part);
    }
}
