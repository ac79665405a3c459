package io.agentcgroup.vm;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of one command in one machine, from its disks to its results. */
final class Guest {

    /** Ten times what it takes on a busy machine: a guest that has not booted by then never will. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(3);

    /** How long a guest has to end the command, and to send what there is, once its time is up. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final long POWER_OFF_SECONDS = 3;
    private static final long MIB = 1 << 20;

    /** Chooses another accelerator than software emulation, as {@code -accel} takes it, such as {@code kvm}. */
    private static final String ACCELERATOR_VARIABLE = "AGENTCGROUP_VM_ACCEL";

    private final GuestRun.Builder settings;
    private final Provisions provisions;
    private final Workspace workspace;
    private final Progress progress;

    /** The guest did not get as far as the command, and may if tried again. */
    private static final class BootFailure extends GuestException {

        private static final long serialVersionUID = 1L;

        BootFailure(String message) {
            super(message);
        }
    }

    Guest(GuestRun.Builder settings, Provisions provisions, Workspace workspace) {
        this.settings = settings;
        this.provisions = provisions;
        this.workspace = workspace;
        this.progress = new Progress(settings.progress);
    }

    GuestResult run(List<String> command, OutputStream out, OutputStream err, Path results)
            throws IOException, InterruptedException {
        try {
            return attempt(command, out, err, results);
        } catch (BootFailure e) {
            // An emulated machine on a busy host can miss the timer interrupts by which a kernel calibrates itself, and
            // then it panics or hangs. Nothing of the command has run yet.
            progress.say("trying once more: " + e.getMessage().lines().findFirst().orElse(""));
            return attempt(command, out, err, results);
        }
    }

    private GuestResult attempt(List<String> command, OutputStream out, OutputStream err, Path results)
            throws IOException, InterruptedException {
        List<QemuCommandLine.Disk> disks = disks();
        Path initramfs = workspace.file("initramfs");
        Initramfs.write(initramfs, provisions.kernel(), provisions.busybox(), modules(),
                scriptSettings(disks.size() > 2, results != null), commandScript(command), workspace.folder("modules"));
        ConsoleLog console = ConsoleLog.create(provisions.consoles());
        Path archive = workspace.file("results.tar");
        GuestResult result;
        try (OutputStream archived = new BufferedOutputStream(Files.newOutputStream(archive));
                Port outPort = new Port(workspace.file("out"), out);
                Port errPort = new Port(workspace.file("err"), err);
                Control control = new Control(workspace.file("control"));
                Port resultsPort = new Port(workspace.file("results"), archived)) {
            QemuCommandLine machine = new QemuCommandLine(accelerator(), settings.memoryMib, settings.cpus,
                    provisions.kernel().image(), initramfs, settings.kernelArguments, disks,
                    List.of(outPort.address(), errPort.address(), control.address(), resultsPort.address()), console.file());
            result = follow(machine, console, control, List.of(outPort, errPort, resultsPort));
        }
        if (results != null && Files.size(archive) > 0) {
            Results.unpack(archive, results, workspace.file("unpacked"));
        }
        return result;
    }

    /** Starts the machine and follows it to its end. */
    private GuestResult follow(QemuCommandLine machine, ConsoleLog console, Control control, List<Port> ports)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        try (VirtualMachine vm = new VirtualMachine(provisions.qemu(), machine, workspace.file("qemu.log"))) {
            vm.onExit(control::end);
            Control.Message ready = boot(started + BOOT_LIMIT.toNanos(), vm, console, control);
            long booted = System.nanoTime();

            Optional<Control.Message> exit = exit(booted + settings.timeout.toNanos(), console, control);
            boolean timedOut = exit.isEmpty();
            if (timedOut) {
                control.send("stop");
                exit = exit(System.nanoTime() + GRACE.toNanos(), console, control);
            }
            long ended = System.nanoTime();
            if (exit.isPresent()) {
                receive(exit.get(), ports);
                control.send("bye");
                vm.awaitPowerOff(POWER_OFF_SECONDS);
            }
            int code = timedOut ? GuestResult.TIMED_OUT : Integer.parseInt(exit.get().word(0));
            return new GuestResult(code, timedOut, Duration.ofNanos(booted - started), Duration.ofNanos(ended - booted),
                    ready.word(0), console.file());
        }
    }

    /** Waits until the guest is about to start the command. */
    private static Control.Message boot(long deadline, VirtualMachine vm, ConsoleLog console, Control control)
            throws GuestException, InterruptedException {
        Optional<Control.Message> message = control.next(deadline);
        if (message.isEmpty()) {
            throw new BootFailure("The guest did not boot within " + Progress.seconds(BOOT_LIMIT) + console.lastLines());
        }
        if (message.get().kind().equals("ready")) {
            return message.get();
        }
        String qemuSaid = vm.said();
        if (!qemuSaid.isEmpty()) {
            throw new GuestException("The virtual machine ended at once: " + qemuSaid);
        }
        String guestSaid = console.scriptSaid();
        if (!guestSaid.isEmpty()) {
            throw new GuestException("The guest cannot boot: " + guestSaid);
        }
        throw new BootFailure("The guest died before it had booted" + console.panic() + console.lastLines());
    }

    /** Waits for the command's end; nothing when the time is over. */
    private static Optional<Control.Message> exit(long deadline, ConsoleLog console, Control control)
            throws GuestException, InterruptedException {
        Optional<Control.Message> message = control.next(deadline);
        if (message.isPresent() && !message.get().kind().equals("exit")) {
            throw new GuestException("The guest died before the command ended" + console.panic() + console.lastLines());
        }
        return message;
    }

    /** Waits for as many bytes on each port as the guest says it has sent. */
    private static void receive(Control.Message exit, List<Port> ports) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (int i = 0; i < ports.size(); i++) {
            ports.get(i).await(Long.parseLong(exit.word(1 + i)), deadline);
        }
    }

    /** In the guest: vda the root file system, vdb where it writes, vdc what the caller puts in, if anything. */
    private List<QemuCommandLine.Disk> disks() throws IOException, InterruptedException {
        List<QemuCommandLine.Disk> disks = new ArrayList<>();
        disks.add(new QemuCommandLine.Disk(provisions.rootImage(), true));
        Path scratch = workspace.file("scratch.ext4");
        Ext4.empty(scratch, settings.scratchMib * MIB);
        disks.add(new QemuCommandLine.Disk(scratch, false));
        if (!settings.payload.isEmpty()) {
            Path payload = workspace.file("payload.ext4");
            PayloadImage.make(payload, settings.payload, workspace.folder("payload"));
            disks.add(new QemuCommandLine.Disk(payload, true));
        }
        return disks;
    }

    private List<String> modules() {
        List<String> modules = new ArrayList<>(settings.modules);
        if (settings.swapMib > 0) {
            modules.add("zram");
        }
        return modules;
    }

    /** What {@code init.sh} and {@code supervise.sh} want to know. */
    private Map<String, String> scriptSettings(boolean payload, boolean results) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("ROOT_DISK", "/dev/vda");
        values.put("SCRATCH_DISK", "/dev/vdb");
        values.put("PAYLOAD_DISK", payload ? "/dev/vdc" : "");
        values.put("LAST_DISK", payload ? "/dev/vdc" : "/dev/vdb");
        values.put("SWAP_BYTES", settings.swapMib > 0 ? Long.toString(settings.swapMib * MIB) : "");
        values.put("WANT_RESULTS", results ? "yes" : "");
        values.put("SYSTEMD", settings.systemd ? "yes" : "");
        return values;
    }

    /** A bash script that becomes the command, in an environment that owes nothing to the host's or to the scripts'. */
    private String commandScript(List<String> command) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", "/root");
        environment.put("USER", "root");
        environment.put("LANG", "C.UTF-8");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(settings.environment);
        List<String> words = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command);
        String folder = Shell.quote(settings.workingDirectory);
        return "mkdir -p " + folder + " && cd " + folder + " && exec " + Shell.words(words) + "\n";
    }

    private static String accelerator() {
        String chosen = System.getenv(ACCELERATOR_VARIABLE);
        return chosen == null || chosen.isBlank() ? QemuCommandLine.DEFAULT_ACCELERATOR : chosen;
    }
}
