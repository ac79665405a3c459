package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the tree's root is: the unit that is named, or that systemd delegated to us if we live in one, else a directory of our own.
 *
 * @param parent directory that the root is in; empty when the root is a delegated unit, whose parent is not ours
 * @param name the root's name in {@code parent}
 * @param directory the root
 */
record RootPlace(Optional<Directory> parent, String name, Directory directory) {

    /** Where what is in a delegated unit moves, such as the daemon itself: an inner node may hold no process. */
    static final String DAEMON = "daemon";

    /** systemd marks the directory that it hands over; the second name is that of user managers. */
    private static final List<String> DELEGATION_MARKS = List.of("trusted.delegate", "user.delegate");

    boolean delegated() {
        return parent.isEmpty();
    }

    /**
     * Finds the place, and makes it.
     *
     * @param ownCgroup the text of {@code /proc/self/cgroup}
     */
    static RootPlace find(Directory mount, MountTable.Cgroup2 mounted, String ownCgroup, TreeSettings settings) {
        if (!settings.unit().isEmpty()) {
            return inUnit(namedUnit(mount, settings.unit()));
        }
        if (settings.useDelegation()) {
            Optional<Directory> unit = delegatedUnit(mount, mounted, ownCgroup);
            if (unit.isPresent()) {
                return inUnit(unit.get());
            }
        }
        String ownName = settings.root().value();
        mount.make(ownName);
        return new RootPlace(Optional.of(mount), ownName, mount.open(ownName));
    }

    private static RootPlace inUnit(Directory unit) {
        moveIntoDaemon(unit);
        return new RootPlace(Optional.empty(), unit.path(), unit);
    }

    /** A unit beside the daemon's own, which so can be started anew: systemd puts no process into a unit that has subgroups with controllers. */
    private static Directory namedUnit(Directory mount, List<String> components) {
        return marked(mount, components).orElseThrow(() -> new CgroupException(String.join("/", components)
                + " is not delegated to us; its unit needs Delegate=yes", 0));
    }

    /** @return the unit in which, or in whose {@code daemon/}, we live */
    private static Optional<Directory> delegatedUnit(Directory mount, MountTable.Cgroup2 mounted, String ownCgroup) {
        List<String> own = components(mounted, ownCgroup);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        Optional<Directory> unit = marked(mount, own);
        int last = own.size() - 1;
        if (unit.isEmpty() && own.get(last).equals(DAEMON)) {
            unit = marked(mount, own.subList(0, last));
        }
        return unit;
    }

    /** @return the components of our own directory below the mount point; none when it is not below it */
    static List<String> components(MountTable.Cgroup2 mounted, String ownCgroup) {
        String path = ownCgroup.lines().filter(line -> line.startsWith("0::")).findFirst().orElse("0::/").substring(3);
        if (!mounted.root().equals("/")) {
            if (!path.startsWith(mounted.root() + "/")) {
                return List.of();
            }
            path = path.substring(mounted.root().length());
        }
        List<String> components = new ArrayList<>();
        for (String component : path.split("/")) {
            if (component.equals("..")) {
                // Outside of our cgroup namespace.
                return List.of();
            }
            if (!component.isEmpty()) {
                components.add(component);
            }
        }
        return components;
    }

    private static Optional<Directory> marked(Directory mount, List<String> components) {
        Directory at = null;
        for (String component : components) {
            Directory above = at == null ? mount : at;
            try {
                at = above.open(component);
            } finally {
                if (above != mount) {
                    above.close();
                }
            }
        }
        if (at != null && !isMarked(at)) {
            at.close();
            at = null;
        }
        return Optional.ofNullable(at);
    }

    private static boolean isMarked(Directory directory) {
        return DELEGATION_MARKS.stream().anyMatch(mark -> directory.attribute(mark).filter("1"::equals).isPresent());
    }

    private static void moveIntoDaemon(Directory unit) {
        unit.make(DAEMON);
        try (Directory daemon = unit.open(DAEMON)) {
            for (int process : ControlText.processes(unit.read(ControlFile.CGROUP_PROCS))) {
                try {
                    daemon.write(ControlFile.CGROUP_PROCS, Integer.toString(process));
                } catch (CgroupException e) {
                    // It has ended meanwhile.
                    if (e.errno() != Libc.ESRCH) {
                        throw e;
                    }
                }
            }
        } catch (CgroupException refused) {
            unit.close();
            throw refused;
        }
    }
}
