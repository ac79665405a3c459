package io.agentcgroup.itests.kernel.memcgbpf;

import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.itests.kernel.KernelTree;
import java.io.IOException;
import java.io.OutputStream;

/** A process in a domain that allocates 8 MB when asked, frees them again, and says how long the first took. */
final class Allocator {

    // Each string has pages of its own, which go back to the kernel: the next round is charged anew.
    private static final String SCRIPT = "MALLOC_MMAP_THRESHOLD_=65536 exec perl -MTime::HiRes=time -e '"
            + "$| = 1; while (<STDIN>) { my $t = time; my @a; push @a, \"x\" x 1048576 for 1..8;"
            + " printf \"%d\\n\", (time - $t) * 1e9; }'";

    private final Process process;

    Allocator(KernelTree kernel, Domain domain) throws IOException {
        process = kernel.start(domain, SCRIPT);
    }

    /** @return how long 8 MB took, in nanoseconds */
    long allocate() throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
        StringBuilder line = new StringBuilder();
        for (int c = process.getInputStream().read(); c != '\n'; c = process.getInputStream().read()) {
            if (c < 0) {
                throw new IOException("the process ended: " + line);
            }
            line.append((char) c);
        }
        return Long.parseLong(line.toString());
    }
}
