package io.agentcgroup.console.security.accounts;

import java.util.regex.Pattern;

/**
 * Somebody who may use the console.
 *
 * @param name unique
 * @param role what for
 * @param password what proves it
 */
public record Account(String name, Role role, PasswordHash password) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,31}");

    /** @throws IllegalArgumentException if the name cannot be one; the message is for people */
    public Account {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a user's name is 1 to 32 of a-z 0-9 . _ - and starts with a letter");
        }
    }
}
