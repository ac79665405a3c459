package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountTableTest {

    private static final String UNIFIED = """
            22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
            29 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,favordynmods
            """;

    private static final String HYBRID = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            38 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """;

    @Test
    void findsTheUnifiedHierarchyAndItsOptions() {
        MountTable.Cgroup2 found = MountTable.parse(UNIFIED).cgroup2().orElseThrow();

        assertEquals("/sys/fs/cgroup", found.mountPoint());
        assertEquals("/", found.root());
        assertEquals(Set.of("rw", "nsdelegate", "favordynmods"), found.options());
    }

    @Test
    void findsWhereTheControllersOfVersionOneAre() {
        MountTable table = MountTable.parse(HYBRID);

        assertEquals("/sys/fs/cgroup/unified", table.cgroup2().orElseThrow().mountPoint());
        assertEquals("/sys/fs/cgroup/memory", table.version1().get("memory"));
        assertEquals("/sys/fs/cgroup/cpu,cpuacct", table.version1().get("cpu"));
    }

    @Test
    void aHostWithoutCgroup2HasNone() {
        assertTrue(MountTable.parse("22 1 254:1 / / rw - ext4 /dev/vda1 rw\n").cgroup2().isEmpty());
        assertTrue(MountTable.parse("").cgroup2().isEmpty());
        assertTrue(MountTable.parse("no mountinfo - at all\n").cgroup2().isEmpty());
    }

    @Test
    void undoesEscapesInPaths() {
        MountTable.Cgroup2 found = MountTable.parse("1 2 0:3 / /my\\040cgroups rw - cgroup2 none rw\n").cgroup2().orElseThrow();

        assertEquals("/my cgroups", found.mountPoint());
    }

    @Test
    void ourOwnPlaceIsRelativeToTheMount() {
        assertEquals(List.of("system.slice", "agentcgroup.service"),
                components("/", "12:memory:/x\n0::/system.slice/agentcgroup.service\n"));
        assertEquals(List.of("unit"), components("/docker/abc", "0::/docker/abc/unit\n"));
    }

    @Test
    void whoIsNotBelowTheMountHasNoPlace() {
        assertEquals(List.of(), components("/", "0::/\n"));
        assertEquals(List.of(), components("/", "3:memory:/only/version/one\n"));
        assertEquals(List.of(), components("/docker/abc", "0::/docker/abcdef/unit\n"));
        assertEquals(List.of(), components("/", "0::/../outside/of/the/namespace\n"));
    }

    private static List<String> components(String mountRoot, String ownCgroup) {
        return RootPlace.components(new MountTable.Cgroup2("/sys/fs/cgroup", mountRoot, Set.of()), ownCgroup);
    }
}
