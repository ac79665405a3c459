package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.itests.kernel.KernelTree;
import java.io.IOException;

/** Calls that want all CPU they can get, from our scheduler where there is one. */
final class Hogs {

    /** As many as the guest has CPUs, so that no weight is beyond what a group can use. */
    private static final int TASKS = Runtime.getRuntime().availableProcessors();
    /** sched_setscheduler(2) on x86_64, with SCHED_EXT; then for ever. */
    static final String HOG = "exec perl -e 'my $none = pack(\"i\", 0); syscall(144, 0, 7, $none) == 0 or die;"
            + " syswrite(STDOUT, \"ours\\n\"); 1 while 1'";

    private Hogs() {
    }

    static Domain start(KernelTree kernel, SessionNode session, String id, int weight) throws IOException {
        Domain call = session.createCall(new CallId(id));
        call.apply(Limits.builder().cpuWeight(weight).build());
        for (int i = 0; i < TASKS; i++) {
            // Until then the kernel's own scheduler has it, and its cpu.max: in a busy guest for longer than anybody would guess.
            KernelTree.awaitWord(kernel.start(call, HOG), "ours");
        }
        return call;
    }

    static long usedUs(Domain domain) throws IOException {
        return KernelTree.text(domain, "cpu.stat").lines().filter(line -> line.startsWith("usage_usec "))
                .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length()))).findFirst().orElseThrow();
    }
}
