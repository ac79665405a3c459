package io.agentcgroup.console.security.accounts;

import java.util.Locale;

/** What an account may do in the console. */
public enum Role {
    /** Look. */
    VIEW,
    /** Look and act. */
    OPERATE;

    /** @return the name in files and for people */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such role; the message is for people */
    public static Role of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new IllegalArgumentException("a role is view or operate, not \"" + label + "\"");
    }

    /** @return whether this role may do what needs {@code needed} */
    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }
}
