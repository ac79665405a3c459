package io.agentcgroup.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One command that an agent runs. Every text in it comes from the agent and is hostile: escape it on output.
 *
 * @param id unique on this host
 * @param session whose call it is
 * @param kind how it was started
 * @param shell the name under which the shim was called, such as {@code bash}; empty for {@link Kind#EXEC}
 * @param command the command string, or the joined argument list, at most {@value #LONGEST_COMMAND} characters of it
 * @param commandTruncated whether there was more
 * @param cwd working directory, as the caller sees it; may be empty when unknown
 * @param hint what the agent declared, if it did
 * @param uid the caller, as the kernel names it
 * @param pid the shim's process, as the kernel names it
 * @param received wall-clock time of the request
 * @param receivedMonotonicNs the same moment on {@code CLOCK_MONOTONIC}, comparable with kernel time stamps
 */
public record ToolCall(CallId id, SessionName session, Kind kind, String shell, String command, boolean commandTruncated,
        String cwd, Optional<Hint> hint, int uid, int pid, Instant received, long receivedMonotonicNs) {

    /** What is kept of a command string: enough for rules and for reading, bounded because agents send whole scripts. */
    public static final int LONGEST_COMMAND = 8192;

    /** How a call was started. */
    public enum Kind {
        /** A shell with {@code -c}. */
        SHELL,
        /** One quoted string behind a prefix, the form of {@code CLAUDE_CODE_SHELL_PREFIX}. */
        PREFIX,
        /** {@code agentcgroup exec}: an argument list. */
        EXEC
    }
}
