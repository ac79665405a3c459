package io.agentcgroup.api;

import java.util.regex.Pattern;

/**
 * The name of a session, which is also the name of a directory in cgroupfs and of a socket: so it can only be made of
 * characters that are harmless in both.
 *
 * @param value matches {@code [a-z0-9][a-z0-9._-]{0,63}}
 */
public record SessionName(String value) implements Comparable<SessionName> {

    /** The one grammar of session and call names. */
    static final Pattern GRAMMAR = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /**
     * @throws IllegalArgumentException if the value is not a name, with a sentence fit for a user
     */
    public SessionName {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a session name is 1 to 64 of a-z 0-9 . _ - and starts with a letter or a digit");
        }
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
