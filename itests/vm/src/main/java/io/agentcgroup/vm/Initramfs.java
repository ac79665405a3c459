package io.agentcgroup.vm;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The first file system of the guest, made for each run: busybox, the modules needed to reach the root file system, and
 * the scripts and settings of the run, which so need no disk of their own.
 */
final class Initramfs {

    /** What a guest cannot do without; where the kernel has them built in, there is nothing to load. */
    private static final List<String> BOOT_MODULES = List.of("virtio_pci", "virtio_blk", "virtio_console", "ext4", "overlay");

    private Initramfs() {
    }

    /**
     * @param file to be written
     * @param kernel whose modules to take
     * @param moreModules loaded after those needed for booting
     * @param settings shell variables for the guest's scripts
     * @param command the script that becomes the command
     * @param work a folder for temporary files
     */
    static void write(Path file, Kernel kernel, Path busybox, List<String> moreModules, Map<String, String> settings,
            String command, Path work) throws IOException, InterruptedException {
        try (CpioWriter cpio = new CpioWriter(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (String folder : List.of("bin", "dev", "proc", "sys", "run", "modules", "disk", "disk/root", "disk/payload",
                    "disk/scratch", "root", "guest")) {
                cpio.folder(folder);
            }
            // The kernel opens it for the first process before any devtmpfs is there.
            cpio.device("dev/console", 5, 1);
            cpio.file("bin/busybox", busybox);
            cpio.file("modules/order", addModules(cpio, kernel, busybox, moreModules, work));
            cpio.file("init", resource("init.sh"));
            cpio.file("guest/supervise", resource("supervise.sh"));
            cpio.file("guest/settings", Shell.assignments(settings));
            cpio.file("guest/command", command);
        }
    }

    private static String addModules(CpioWriter cpio, Kernel kernel, Path busybox, List<String> more, Path work)
            throws IOException, InterruptedException {
        if (kernel.modules().isEmpty()) {
            return "";
        }
        ModuleSet modules = new ModuleSet(kernel.modules().get(), busybox, work);
        for (String name : BOOT_MODULES) {
            modules.add(name);
        }
        for (String name : more) {
            modules.add(name);
        }
        StringBuilder order = new StringBuilder();
        for (Map.Entry<String, Path> module : modules.inOrder().entrySet()) {
            cpio.file("modules/" + module.getKey() + ".ko", module.getValue());
            order.append(module.getKey()).append('\n');
        }
        return order.toString();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = Initramfs.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }
}
