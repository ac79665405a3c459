package io.agentcgroup.console.security.accounts;

import java.security.SecureRandom;

/** Passwords that are made up. */
public final class Passwords {

    /** Nothing that is mistaken for something else when it is read from a screen. */
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 5;
    private static final int GROUP_LETTERS = 4;

    private Passwords() {
    }

    /** @return such as {@code k7mq-x2fd-9pwe-hc4t-yb8n}: 99 bits, more than anybody can try */
    public static char[] generate() {
        SecureRandom random = new SecureRandom();
        char[] password = new char[GROUPS * GROUP_LETTERS + GROUPS - 1];
        for (int i = 0; i < password.length; i++) {
            boolean between = i % (GROUP_LETTERS + 1) == GROUP_LETTERS;
            password[i] = between ? '-' : LETTERS.charAt(random.nextInt(LETTERS.length()));
        }
        return password;
    }
}
