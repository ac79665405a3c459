package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuCommandLineTest {

    private static final Qemu QEMU = new Qemu("/q/qemu", List.of(Path.of("/q/firmware")), "", "10.0.2");

    @Test
    void attachesDisksAndPortsInTheOrderInWhichTheGuestNamesThem() {
        List<String> line = machine("tcg,thread=multi", "/run").build(QEMU);
        assertTrue(line.indexOf("virtio-blk-pci,drive=disk0") < line.indexOf("virtio-blk-pci,drive=disk1"));
        assertTrue(line.contains("virtserialport,nr=1,chardev=port1"));
        assertTrue(line.contains("virtserialport,nr=2,chardev=port2"));
        assertTrue(line.stream().anyMatch(word -> word.endsWith("file=/run/root.ext4,readonly=on")));
        assertTrue(line.stream().anyMatch(word -> word.endsWith("file=/run/scratch.ext4")));
    }

    @Test
    void keepsACommaInAPathFromEndingTheOption() {
        assertTrue(machine("tcg", "/a,b").build(QEMU).contains("socket,id=port1,path=/a,,b/out"));
    }

    @Test
    void usesTheHostsProcessorWithKvmOnly() {
        List<String> emulated = machine("tcg,thread=multi", "/run").build(QEMU);
        assertEquals("max", emulated.get(emulated.indexOf("-cpu") + 1));
        List<String> kvm = machine("kvm", "/run").build(QEMU);
        assertEquals("host", kvm.get(kvm.indexOf("-cpu") + 1));
    }

    private static QemuCommandLine machine(String accelerator, String folder) {
        Path run = Path.of(folder);
        return new QemuCommandLine(accelerator, 512, 2, run.resolve("vmlinuz"), run.resolve("initramfs"), "",
                List.of(new QemuCommandLine.Disk(run.resolve("root.ext4"), true),
                        new QemuCommandLine.Disk(run.resolve("scratch.ext4"), false)),
                List.of(run.resolve("out"), run.resolve("err")), run.resolve("console"));
    }
}
