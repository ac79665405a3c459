package io.agentcgroup.cgroup.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cgroup lines of {@code /proc/self/mountinfo}.
 *
 * @param cgroup2 where cgroup v2 is mounted, the first if several
 * @param version1 where the controllers are that belong to cgroup v1, by name
 */
record MountTable(Optional<Cgroup2> cgroup2, Map<String, String> version1) {

    private static final int ROOT_FIELD = 3;
    private static final int MOUNT_POINT_FIELD = 4;

    MountTable {
        version1 = Map.copyOf(version1);
    }

    /**
     * A mount of cgroup v2.
     *
     * @param mountPoint where
     * @param root which directory of the hierarchy is seen there, {@code /} unless it is a bind mount
     * @param options of the hierarchy, such as {@code favordynmods}
     */
    record Cgroup2(String mountPoint, String root, Set<String> options) {
    }

    /** @param mountinfo the file's text, see proc(5) */
    static MountTable parse(String mountinfo) {
        List<Cgroup2> found = new ArrayList<>();
        Map<String, String> version1 = new HashMap<>();
        for (String line : mountinfo.split("\n")) {
            int separator = line.indexOf(" - ");
            if (separator < 0) {
                continue;
            }
            String[] fields = line.substring(0, separator).split(" ");
            String[] superBlock = line.substring(separator + " - ".length()).split(" ");
            if (fields.length <= MOUNT_POINT_FIELD || superBlock.length < 3) {
                continue;
            }
            String mountPoint = unescape(fields[MOUNT_POINT_FIELD]);
            Set<String> options = Set.copyOf(List.of(superBlock[2].split(",")));
            if (superBlock[0].equals("cgroup2")) {
                found.add(new Cgroup2(mountPoint, unescape(fields[ROOT_FIELD]), options));
            } else if (superBlock[0].equals("cgroup")) {
                options.forEach(option -> version1.putIfAbsent(option, mountPoint));
            }
        }
        return new MountTable(found.stream().findFirst(), version1);
    }

    /** Undoes the kernel's octal escapes of space, tab, newline and backslash. */
    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }
}
