package io.agentcgroup.harness;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One directory of cgroup v2, as a measuring program sees it from outside: it reads what the kernel counted, and builds what
 * a container runtime would have built. It shares no code with the appliance, so the two can disagree.
 */
public record ControlGroup(Path directory) {

    /** Where cgroup v2 is mounted on this machine. */
    public static ControlGroup mount() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(ControlGroup::mountPoint).flatMap(Stream::ofNullable).findFirst().map(ControlGroup::new)
                    .orElseThrow(() -> new IOException("cgroup v2 is not mounted here"));
        }
    }

    /** Fields of a line are: id, parent, device, root, mount point, options, ..., "-", type, source, options. */
    private static Path mountPoint(String line) {
        String[] halves = line.split(" - ", 2);
        return halves.length == 2 && halves[1].startsWith("cgroup2 ") ? Path.of(halves[0].split(" ")[4]) : null;
    }

    /** Where a process is. */
    public static ControlGroup of(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
            if (line.startsWith("0::/")) {
                return mount().child(line.substring("0::/".length()));
            }
        }
        throw new IOException("process " + pid + " is in no cgroup of version 2");
    }

    public ControlGroup child(String name) {
        return new ControlGroup(directory.resolve(name));
    }

    public ControlGroup parent() {
        return new ControlGroup(directory.getParent());
    }

    public boolean exists() {
        return Files.isDirectory(directory);
    }

    public void create() throws IOException {
        Files.createDirectory(directory);
    }

    public Set<String> controllers() throws IOException {
        return Set.copyOf(Arrays.asList(read("cgroup.controllers").split(" ")));
    }

    /** Lets the children have these controllers. */
    public void delegate(List<String> controllers) throws IOException {
        write("cgroup.subtree_control", controllers.stream().map(name -> "+" + name).collect(Collectors.joining(" ")));
    }

    public void write(String file, String value) throws IOException {
        // Never created: a file that is missing is a controller that is missing.
        Files.writeString(directory.resolve(file), value, StandardOpenOption.WRITE);
    }

    public String read(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    /** A file of one number; empty when the file is not there or says {@code max}. */
    public OptionalLong number(String file) throws IOException {
        try {
            String text = read(file);
            return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NoSuchFileException absent) {
            return OptionalLong.empty();
        }
    }

    /** A file of {@code key value} lines; empty when it is not there. */
    public Map<String, Long> counters(String file) throws IOException {
        try {
            return read(file).lines().map(line -> line.split(" "))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> Long.parseLong(pair[1])));
        } catch (NoSuchFileException absent) {
            return Map.of();
        }
    }

    /** @return what all in it, now and before, have used of the CPUs, in microseconds */
    public long cpuUs() throws IOException {
        return counters("cpu.stat").get("usage_usec");
    }

    /** The processes that are directly in it. */
    public List<Long> processes() throws IOException {
        return read("cgroup.procs").lines().map(Long::parseLong).toList();
    }

    public List<ControlGroup> children() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(Files::isDirectory).sorted().map(ControlGroup::new).toList();
        }
    }

    /** Ends every process in it and below. */
    public void kill() throws IOException {
        write("cgroup.kill", "1");
    }

    /**
     * Waits until no process is left in it and below.
     *
     * @return whether that happened in time
     */
    public boolean awaitEmpty(Duration atMost) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        // The kernel reports a change of cgroup.events as a modification of that file.
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_MODIFY);
            while (populated()) {
                WatchKey key = watch.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    return !populated();
                }
                key.pollEvents();
                key.reset();
            }
            return true;
        }
    }

    private boolean populated() throws IOException {
        try {
            return counters("cgroup.events").getOrDefault("populated", 0L) != 0;
        } catch (IOException e) {
            if (exists()) {
                throw e;
            }
            // Removed between open and read: the kernel says "no such device".
            return false;
        }
    }

    /** Removes it; it has no processes and no children any more. */
    public void remove() throws IOException {
        Files.deleteIfExists(directory);
    }
}
