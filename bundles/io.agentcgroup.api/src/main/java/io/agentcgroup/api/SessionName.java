package io.agentcgroup.api;

/**
 * The name of a session, which is also the name of a directory in cgroupfs and of a socket: so it can only be made of
 * characters that are harmless in both.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,63}}
 */
public record SessionName(String value) implements Comparable<SessionName> {

    private static final int LONGEST = 64;

    /**
     * @throws IllegalArgumentException if the value is not a name, with a sentence fit for a user
     */
    public SessionName {
        if (!isName(value, LONGEST)) {
            throw new IllegalArgumentException(
                    "a session name is 1 to 64 of a-z 0-9 . _ - and starts with a letter or a digit");
        }
    }

    /** The one grammar of session and call names. */
    static boolean isName(String value, int longest) {
        if (value.isEmpty() || value.length() > longest) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean begins = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!begins && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(SessionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
