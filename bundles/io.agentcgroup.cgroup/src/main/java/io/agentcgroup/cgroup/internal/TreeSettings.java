package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.SessionName;
import java.util.List;

/**
 * What an operator can say about the tree.
 *
 * @param root the name of our own root directory
 * @param useDelegation whether a unit that systemd delegated to us is used instead, if we live in one
 * @param unit the components of the path of a delegated unit that is used in any case, below the mount point; none for no such
 */
public record TreeSettings(SessionName root, boolean useDelegation, List<String> unit) {

    /** The name of our own root directory unless another is said. */
    public static final String DEFAULT_ROOT = "agentcgroup";

    /**
     * @param root a name, or nothing for the default
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static TreeSettings of(String root, boolean useDelegation) {
        return of(root, useDelegation, "");
    }

    /**
     * @param root a name, or nothing for the default
     * @param unit a path such as {@code agentcgroup.slice/agentcgroup-tree.service}, or nothing
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static TreeSettings of(String root, boolean useDelegation, String unit) {
        String name = root == null || root.isBlank() ? DEFAULT_ROOT : root.strip();
        List<String> components = components(unit);
        try {
            return new TreeSettings(ReservedNames.check(new SessionName(name)), useDelegation, components);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the root of the tree cannot be called '" + name
                    + "': it is 1 to 64 of a-z 0-9 . _ -, starts with a letter or a digit, and is no name of a control file", e);
        }
    }

    private static List<String> components(String unit) {
        if (unit == null || unit.isBlank()) {
            return List.of();
        }
        List<String> components = List.of(unit.strip().split("/", -1));
        if (components.stream().anyMatch(component -> component.isEmpty() || component.equals(".") || component.equals(".."))) {
            throw new IllegalArgumentException("the unit of the tree cannot be '" + unit
                    + "': it is a path below the mount point of cgroup v2, such as agentcgroup.slice/agentcgroup-tree.service");
        }
        return components;
    }
}
