package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.cgroup.CgroupException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what the tree's root offers to sessions and calls, and says why when something is missing. */
final class HostProbe {

    private static final String MEMORY_TOTAL_KEY = "MemTotal:";
    private static final String SWAP_TOTAL_KEY = "SwapTotal:";

    private final MountTable mounts;
    private final MountTable.Cgroup2 mounted;
    private final RootPlace place;
    private final Map<String, Long> memoryInfoBytes;
    private final List<Capability> capabilities = new ArrayList<>();
    private final Set<Controller> controllers = EnumSet.noneOf(Controller.class);
    private final Set<ControlFile> rootFiles = EnumSet.noneOf(ControlFile.class);

    /** @param memoryInfo the text of {@code /proc/meminfo} */
    HostProbe(MountTable mounts, RootPlace place, String memoryInfo) {
        this.mounts = mounts;
        this.mounted = mounts.cgroup2().orElseThrow();
        this.place = place;
        this.memoryInfoBytes = memoryInfoBytes(memoryInfo);
    }

    /** Enables what can be enabled and looks at what is there then. */
    HostProbe probe() {
        say("cgroup2", true, "cgroup v2 is mounted at " + mounted.mountPoint());
        say("cgroup.delegated", place.delegated(), place.delegated()
                ? "systemd delegated the unit " + place.directory().path()
                : "we live in no unit that systemd delegated, so the tree is " + place.directory().path());
        enableControllers();
        for (ControlFile file : ControlFile.values()) {
            if (place.directory().offers(file)) {
                rootFiles.add(file);
            }
        }
        lookAtFiles();
        lookAtSwap();
        boolean favored = mounted.options().contains("favordynmods");
        say("favordynmods", favored, favored ? "processes are moved between cgroups without waiting for a global lock"
                : "moving a process takes a global lock for some 10 ms; births into a call do not need it,"
                        + " only leftovers are moved");
        return this;
    }

    private void enableControllers() {
        Set<String> offered = Controllers.offered(place.parent().orElse(place.directory()));
        List<Controller> wanted = Controller.WANTED.stream().filter(c -> offered.contains(c.word())).toList();
        Map<Controller, CgroupException> refused = place.parent().map(parent -> Controllers.enable(parent, wanted))
                .orElse(Map.of());
        List<Controller> left = wanted.stream().filter(c -> !refused.containsKey(c)).toList();
        Map<Controller, CgroupException> refusedBelow = Controllers.enable(place.directory(), left);
        for (Controller controller : Controller.WANTED) {
            CgroupException refusal = refused.getOrDefault(controller, refusedBelow.get(controller));
            boolean there = offered.contains(controller.word()) && refusal == null;
            if (there) {
                controllers.add(controller);
            }
            say(controller.word() + ".controller", there, there ? "sessions and calls have it"
                    : refusal != null ? "it cannot be enabled: " + refusal.getMessage() : whyNotOffered(controller));
        }
    }

    private String whyNotOffered(Controller controller) {
        // cgroup v1 knows the io controller as blkio.
        String word = controller == Controller.IO ? "blkio" : controller.word();
        String version1 = mounts.version1().get(word);
        if (version1 != null) {
            return "it belongs to cgroup v1 at " + version1 + "; boot with cgroup_no_v1=all, or systemd.unified_cgroup_hierarchy=1";
        }
        return place.delegated() ? "systemd did not hand it to the unit; see Delegate= in systemd.resource-control(5)"
                : "the kernel does not offer it in " + mounted.mountPoint() + "/cgroup.controllers";
    }

    private void lookAtFiles() {
        boolean pressure = files().contains(ControlFile.MEMORY_PRESSURE);
        say("psi", pressure, pressure ? "the kernel tells how long tasks wait for memory, CPU and I/O"
                : "the kernel was built without PSI or booted with psi=0");
        boolean shortWindows = pressure && PressureTrigger.mayHaveShortWindows(place.directory());
        say("psi.short-windows", shortWindows, shortWindows ? "pressure is told within half a second"
                : pressure ? "we lack CAP_SYS_RESOURCE, so windows of triggers are rounded up to multiples of 2 s"
                : "there is no PSI");
        sayFile(ControlFile.CGROUP_FREEZE, "domains can be stopped for a while", "needs Linux 5.2");
        sayFile(ControlFile.CGROUP_KILL, "a domain is ended as a whole", "needs Linux 5.14");
        sayFile(ControlFile.MEMORY_PEAK, "the kernel keeps the peak of each call", "needs Linux 5.19");
        sayFile(ControlFile.MEMORY_RECLAIM, "memory can be taken back from a domain", "needs Linux 5.19");
        sayFile(ControlFile.MEMORY_SWAP_MAX, "swap can be limited", "the kernel was built without swap");
        sayFile(ControlFile.IO_WEIGHT, "I/O can be weighted", "the kernel was built without blk-iocost");
        sayFile(ControlFile.PIDS_PEAK, "the kernel keeps the largest number of processes of each call", "needs Linux 6.11");
    }

    private void sayFile(ControlFile file, String yes, String no) {
        boolean there = files().contains(file);
        boolean controllerThere = file.controller() == Controller.CORE || controllers.contains(file.controller());
        say(file.fileName(), there, there ? yes
                : controllerThere ? no : "there is no " + file.controller().word() + " controller");
    }

    private void lookAtSwap() {
        long swapBytes = memoryInfoBytes.getOrDefault(SWAP_TOTAL_KEY, 0L);
        say("swap", swapBytes > 0, swapBytes > 0 ? (swapBytes >> 20) + " MiB of swap"
                : "the host has no swap, so only caches can be reclaimed");
    }

    private void say(String name, boolean available, String reason) {
        capabilities.add(new Capability(name, available, reason));
    }

    List<Capability> capabilities() {
        return List.copyOf(capabilities);
    }

    Set<Controller> controllers() {
        return Set.copyOf(controllers);
    }

    /** @return the control files of the root itself */
    Set<ControlFile> rootFiles() {
        return Set.copyOf(rootFiles);
    }

    /** @return the control files of sessions and calls: the root's, without those of controllers that it cannot hand down */
    Set<ControlFile> files() {
        return rootFiles.stream()
                .filter(file -> file.controller() == Controller.CORE || controllers.contains(file.controller()))
                .collect(Collectors.toUnmodifiableSet());
    }

    OptionalLong hostMemoryBytes() {
        Long total = memoryInfoBytes.get(MEMORY_TOTAL_KEY);
        return total == null ? OptionalLong.empty() : OptionalLong.of(total);
    }

    private static Map<String, Long> memoryInfoBytes(String memoryInfo) {
        return memoryInfo.lines().map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length == 3 && words[2].equals("kB") && words[1].matches("[0-9]{1,15}"))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]) * 1024, (a, b) -> a));
    }
}
