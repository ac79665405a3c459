package io.agentcgroup.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine that a guest runs on, as QEMU is told.
 *
 * @param accelerator for {@code -accel}
 * @param memoryMib memory
 * @param cpus processors
 * @param kernel kernel image
 * @param initramfs first file system
 * @param kernelArguments appended to ours
 * @param disks in the order in which the guest names them vda, vdb, ...
 * @param ports Unix sockets behind the virtio-serial ports 1, 2, ...
 * @param console file for what the kernel says
 */
record QemuCommandLine(String accelerator, int memoryMib, int cpus, Path kernel, Path initramfs, String kernelArguments,
        List<Disk> disks, List<Path> ports, Path console) {

    /** Emulated in software, on a thread a processor: with one thread for all, the guest's scheduling is distorted. */
    static final String DEFAULT_ACCELERATOR = "tcg,thread=multi";

    private static final String KERNEL_ARGUMENTS = String.join(" ",
            "console=ttyS0", "loglevel=7",
            // A kernel that panics must not start again.
            "panic=-1",
            // A timer interrupt that is late because the host is busy is no broken timer, and a processor that the host
            // has not run for a while is not locked up.
            "no_timer_check", "nowatchdog",
            // Seconds at boot for nothing that is wanted here.
            "cryptomgr.notests", "mitigations=off", "audit=0");

    record Disk(Path image, boolean readOnly) {
    }

    List<String> build(Qemu qemu) {
        List<String> line = new ArrayList<>(List.of(qemu.program(), "-no-user-config", "-nodefaults"));
        qemu.firmware().forEach(folder -> line.addAll(List.of("-L", folder.toString())));
        line.addAll(List.of(
                "-machine", "pc", "-accel", accelerator, "-cpu", accelerator.startsWith("kvm") ? "host" : "max",
                "-smp", Integer.toString(cpus), "-m", Integer.toString(memoryMib),
                "-display", "none", "-nic", "none", "-no-reboot",
                "-kernel", kernel.toString(), "-initrd", initramfs.toString(),
                "-append", (KERNEL_ARGUMENTS + " " + kernelArguments).strip(),
                "-chardev", "file,id=console,path=" + escaped(console), "-serial", "chardev:console"));
        for (int i = 0; i < disks.size(); i++) {
            line.addAll(disk("disk" + i, disks.get(i)));
        }
        line.addAll(List.of("-device", "virtio-serial-pci"));
        for (int i = 0; i < ports.size(); i++) {
            line.addAll(port(i + 1, ports.get(i)));
        }
        return line;
    }

    private static List<String> disk(String id, Disk disk) {
        // The scratch disk dies with the run: the host's caches need never be flushed for it.
        String drive = "if=none,id=" + id + ",format=raw,cache=unsafe,file=" + escaped(disk.image())
                + (disk.readOnly() ? ",readonly=on" : "");
        return List.of("-drive", drive, "-device", "virtio-blk-pci,drive=" + id);
    }

    private static List<String> port(int number, Path socket) {
        return List.of("-chardev", "socket,id=port" + number + ",path=" + escaped(socket),
                "-device", "virtserialport,nr=" + number + ",chardev=port" + number);
    }

    /** A comma ends a value, two commas are one. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
