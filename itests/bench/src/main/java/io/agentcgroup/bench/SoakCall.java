package io.agentcgroup.bench;

import java.util.List;

/**
 * One call of the soak: it ends in a way that is its own, so that a mix-up of calls cannot go unseen.
 *
 * @param command for {@code bash -c}; its text is unique
 * @param status what its agent must see, 128 + n after signal n
 * @param end what the journal must say
 */
record SoakCall(String command, int status, String end) {

    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;

    /** Exit codes below those that shells use themselves. */
    private static final int EXIT_CODES = 120;

    /** Whether a policy lets a call grow beyond its word, or ends it there, is the policy's; what counts is that all say the same. */
    private static final String GROWS_OR_ENDS = "exited, or oom_killed, or ended";

    /** @return whether its agent may have seen that */
    boolean mayEndWith(int seen) {
        return seen == status || end.equals(GROWS_OR_ENDS) && seen == 0;
    }

    /** @return whether that is the end of a call whose agent saw that status */
    boolean mayEndWith(int seen, String journalled) {
        if (!mayEndWith(seen)) {
            return false;
        }
        if (!end.equals(GROWS_OR_ENDS)) {
            return end.equals(journalled);
        }
        // Ended by the kernel at its limit, or by the policy, which found no room for it in time.
        return seen == 0 ? journalled.equals("exited") : journalled.equals("oom_killed") || journalled.equals("ended");
    }

    List<String> arguments() {
        return List.of("bash", "-c", command);
    }

    /** Every second call fails, each with the next exit code; one in twenty dies of a signal, one leaves something running. */
    static SoakCall mixed(int index, boolean withMemory) {
        return switch (index % 20) {
            case 3 -> signalled(index, SIGTERM);
            case 7 -> signalled(index, SIGKILL);
            case 11 -> leaving(index);
            case 13 -> index % 100 == 13 && withMemory ? hungry(index) : exiting(index, failure(index));
            default -> exiting(index, index % 2 == 0 ? 0 : failure(index));
        };
    }

    private static int failure(int index) {
        return 1 + index % EXIT_CODES;
    }

    private static SoakCall exiting(int index, int code) {
        return new SoakCall(": " + index + "; exit " + code, code, "exited");
    }

    private static SoakCall signalled(int index, int signal) {
        return new SoakCall(": " + index + "; kill -" + signal + " $$", 128 + signal, "exited");
    }

    private static SoakCall leaving(int index) {
        return new SoakCall(": " + index + "; sleep 60 >/dev/null 2>&1 & exit " + failure(index), failure(index), "exited");
    }

    /** tail keeps the one endless line in memory: five times what was declared. */
    private static SoakCall hungry(int index) {
        return new SoakCall("AGENT_RESOURCE_HINT=memory:64m head -c 400M /dev/zero | tail # " + index, 128 + SIGKILL,
                GROWS_OR_ENDS);
    }
}
