package io.agentcgroup.bench.isolation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One way of sharing memory between the sessions. */
interface Arm {

    String name();

    /** What it is, in one sentence. */
    String meaning();

    /** @return why this machine cannot show it; empty if it can. Asked once, before the first run. */
    Optional<String> unavailable() throws IOException, InterruptedException;

    /**
     * Makes everything for one run.
     *
     * @param folder empty, with a short name
     */
    Stage open(Path folder) throws IOException, InterruptedException;
}
