package io.agentcgroup.api;

/**
 * The identity of a tool call, unique on this host over restarts of the daemon. Its domain's directory is
 * {@code call-<id>}.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,58}}, so that {@code call-<id>} is still a valid name
 */
public record CallId(String value) implements Comparable<CallId> {

    private static final int LONGEST = 64 - "call-".length();

    /**
     * @throws IllegalArgumentException if the value is not an id
     */
    public CallId {
        if (!SessionName.isName(value, LONGEST)) {
            throw new IllegalArgumentException(
                    "a call id is 1 to " + LONGEST + " of a-z 0-9 . _ - and starts with a letter or a digit");
        }
    }

    @Override
    public int compareTo(CallId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
