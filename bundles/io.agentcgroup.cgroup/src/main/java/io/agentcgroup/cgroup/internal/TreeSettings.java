package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.SessionName;

/**
 * What an operator can say about the tree.
 *
 * @param root the name of our own root directory
 * @param useDelegation whether a unit that systemd delegated to us is used instead, if we live in one
 */
public record TreeSettings(SessionName root, boolean useDelegation) {

    /** The name of our own root directory unless another is said. */
    public static final String DEFAULT_ROOT = "agentcgroup";

    /**
     * @param root a name, or nothing for the default
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static TreeSettings of(String root, boolean useDelegation) {
        String name = root == null || root.isBlank() ? DEFAULT_ROOT : root.strip();
        try {
            return new TreeSettings(ReservedNames.check(new SessionName(name)), useDelegation);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the root of the tree cannot be called '" + name
                    + "': it is 1 to 64 of a-z 0-9 . _ -, starts with a letter or a digit, and is no name of a control file", e);
        }
    }
}
