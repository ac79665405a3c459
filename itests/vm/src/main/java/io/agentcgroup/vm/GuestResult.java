package io.agentcgroup.vm;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a run in a guest ended.
 *
 * @param exitCode of the command, as a shell sees it: 128 + n after signal n; {@value #TIMED_OUT} when its time was up
 * @param timedOut whether the run was ended because its time was up
 * @param boot from the start of the virtual machine to the start of the command
 * @param wall from the start of the command to its end, in the host's time
 * @param kernelRelease as {@code uname -r} says in the guest
 * @param consoleLog what the guest's kernel said, a file on the host
 */
public record GuestResult(int exitCode, boolean timedOut, Duration boot, Duration wall, String kernelRelease, Path consoleLog) {

    /** The exit code of a run whose time was up, that of timeout(1). */
    public static final int TIMED_OUT = 124;
}
