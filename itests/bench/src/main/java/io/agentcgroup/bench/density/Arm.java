package io.agentcgroup.bench.density;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One way of letting sessions share a machine. */
interface Arm {

    String name();

    /** What it is, in one sentence. */
    String meaning();

    /** @return why this machine cannot show it; empty if it can. Asked once, before the first step. */
    Optional<String> unavailable();

    /** @return why so many sessions are not even started; empty if they are */
    Optional<String> refuses(Mix mix, int sessions);

    /**
     * Makes what serves for all steps.
     *
     * @param folder empty, with a short name
     */
    Stage open(Path folder) throws IOException, InterruptedException;
}
