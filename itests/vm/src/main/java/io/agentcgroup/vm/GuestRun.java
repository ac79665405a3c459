package io.agentcgroup.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs a command in a virtual machine with a kernel of its own: cgroup v2 with all controllers, sched_ext, BPF, whatever
 * this host's kernel has. The userland is this host's, with the running JDK at the same path. What is needed (kernel,
 * QEMU, root file system) is made on first use and cached.
 *
 * <pre>{@code
 * GuestResult result = GuestRun.builder()
 *         .memoryMib(2048)
 *         .addTree(distribution, "/opt/agentcgroup")
 *         .env("SEED", "42")
 *         .timeout(Duration.ofMinutes(5))
 *         .build()
 *         .run(List.of("bash", "-c", "cat /sys/fs/cgroup/cgroup.controllers; echo done > /results/word"),
 *                 System.out, System.err, Path.of("target/results"));
 * }</pre>
 *
 * <p>The command runs as root, in a session of its own without a terminal, in {@code /root}, with an empty standard
 * input. Files below {@code /results} come back. {@code /tmp} and {@code /run} are in memory; everything else that it
 * writes goes to a scratch disk. What it leaves running is ended.
 *
 * <p>Instances are immutable and may be used by several threads; each call of {@link #run} boots a machine of its own.
 */
public final class GuestRun {

    private final Builder settings;

    private GuestRun(Builder settings) {
        this.settings = settings;
    }

    /** @return a builder with the defaults: stock kernel, 2 GiB, 2 processors, no swap, ten minutes */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes everything that does not depend on the command and is not in the cache. {@link #run} does it too; call it to
     * have the long part behind you.
     *
     * @throws GuestException when something cannot be had; the message says what
     * @throws InterruptedException when interrupted; unfinished work is discarded
     */
    public void prepare() throws GuestException, InterruptedException {
        Provisions.get(settings);
    }

    /**
     * Boots a guest, runs a command in it, and returns when the machine is gone.
     *
     * @param command program and arguments, found by the guest's {@code PATH}; nothing is interpreted by a shell
     * @param out gets the command's standard output, unchanged, as it comes; not closed
     * @param err gets its standard error; not closed
     * @param results the host's folder for the files that the command leaves in {@code /results}, made when missing; null
     *     for none
     * @return how it ended; a command that fails or runs out of time is a result, not an exception
     * @throws GuestException when the guest could not be made, did not boot, or died before the command's end
     * @throws InterruptedException when interrupted; the machine is gone then too
     */
    public GuestResult run(List<String> command, OutputStream out, OutputStream err, Path results)
            throws GuestException, InterruptedException {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
        Provisions provisions = Provisions.get(settings);
        try (Workspace workspace = new Workspace(provisions.runs())) {
            return new Guest(settings, provisions, workspace).run(command, out, err, results);
        } catch (GuestException e) {
            throw e;
        } catch (IOException e) {
            throw new GuestException("The guest could not be run: " + e.getMessage(), e);
        }
    }

    /** Collects the settings of a run. Not for use by several threads. */
    public static final class Builder {

        KernelChoice kernel = KernelChoice.STOCK;
        int memoryMib = 2048;
        int cpus = 2;
        int swapMib;
        int scratchMib = 8192;
        String kernelArguments = "";
        String workingDirectory = "/root";
        Duration timeout = Duration.ofMinutes(10);
        boolean refresh;
        boolean systemd;
        Consumer<String> progress = System.err::println;
        final List<String> modules = new ArrayList<>();
        final List<PayloadImage.Item> payload = new ArrayList<>();
        final Map<String, String> environment = new LinkedHashMap<>();

        private Builder() {
        }

        private Builder(Builder other) {
            kernel = other.kernel;
            memoryMib = other.memoryMib;
            cpus = other.cpus;
            swapMib = other.swapMib;
            scratchMib = other.scratchMib;
            kernelArguments = other.kernelArguments;
            workingDirectory = other.workingDirectory;
            timeout = other.timeout;
            refresh = other.refresh;
            systemd = other.systemd;
            progress = other.progress;
            modules.addAll(other.modules);
            payload.addAll(other.payload);
            environment.putAll(other.environment);
        }

        /** @param choice which kernel to boot @return this */
        public Builder kernel(KernelChoice choice) {
            this.kernel = choice;
            return this;
        }

        /** @param mib the guest's memory in MiB @return this */
        public Builder memoryMib(int mib) {
            this.memoryMib = positive(mib, "memory");
            return this;
        }

        /** @param count the guest's processors @return this */
        public Builder cpus(int count) {
            this.cpus = positive(count, "cpus");
            return this;
        }

        /** @param mib swap space in MiB, compressed in the guest's memory (zram); 0 for none @return this */
        public Builder swapMib(int mib) {
            this.swapMib = mib;
            return this;
        }

        /** @param mib the most that the command may write to disk, in MiB; takes no space before @return this */
        public Builder scratchMib(int mib) {
            this.scratchMib = positive(mib, "scratch");
            return this;
        }

        /** @param arguments appended to the kernel's command line @return this */
        public Builder kernelArguments(String arguments) {
            this.kernelArguments = arguments;
            return this;
        }

        /** @param names modules of the kernel to load before the command starts @return this */
        public Builder modules(String... names) {
            modules.addAll(List.of(names));
            return this;
        }

        /** @param folder in the guest, where the command starts; made when missing @return this */
        public Builder workingDirectory(String folder) {
            this.workingDirectory = folder;
            return this;
        }

        /** @param limit for the command; then it is ended, and what it left in results still comes back @return this */
        public Builder timeout(Duration limit) {
            this.timeout = limit;
            return this;
        }

        /** @param sink gets lines that tell what takes long; standard error by default @return this */
        public Builder progress(Consumer<String> sink) {
            this.progress = sink;
            return this;
        }

        /** @param look whether to look for newer versions of kernel and QEMU than those in the cache @return this */
        public Builder refresh(boolean look) {
            this.refresh = look;
            return this;
        }

        /**
         * Has systemd as the first process of the guest, as on a real host. It costs some seconds; without it the command has
         * the guest for itself.
         *
         * @param first whether the command runs as a service of systemd
         * @return this
         */
        public Builder systemd(boolean first) {
            this.systemd = first;
            return this;
        }

        /**
         * Puts a file, or a folder with all its contents, into the guest, owned by root, laid over what is there already.
         *
         * @param host file or folder on the host, read when the run starts
         * @param guest its absolute path in the guest
         * @return this
         */
        public Builder add(Path host, String guest) {
            payload.add(new PayloadImage.Item(host, guest));
            return this;
        }

        /** @param host folder on the host @param guest its absolute path in the guest @return this; see {@link #add} */
        public Builder addTree(Path host, String guest) {
            return add(host, guest);
        }

        /**
         * Sets a variable of the command's environment, which is otherwise PATH, HOME, USER, LANG and JAVA_HOME.
         *
         * @param name of the variable
         * @param value any text without NUL
         * @return this
         */
        public Builder env(String name, String value) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException("not the name of a variable: " + name);
            }
            environment.put(name, value);
            return this;
        }

        /** @return the run, which later changes to this builder do not reach */
        public GuestRun build() {
            return new GuestRun(new Builder(this));
        }

        private static int positive(int value, String what) {
            if (value <= 0) {
                throw new IllegalArgumentException(what + " must be more than 0: " + value);
            }
            return value;
        }
    }
}
