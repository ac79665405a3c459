package io.agentcgroup.bpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelConfigTest {

    private static final String TEXT = """
            # Automatically generated file; DO NOT EDIT.
            CONFIG_BPF=y
            CONFIG_EXT4_FS=m
            CONFIG_HZ=250
            # CONFIG_SCHED_CLASS_EXT is not set
            """;

    @Test
    void theKernelsOwnWordComesFirst(@TempDir Path root) throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("boot"));
        Files.writeString(root.resolve("boot/config-6.1"), "CONFIG_HZ=1000\n");
        assertEquals(Optional.of("1000"), KernelConfig.read(root, "6.1").option("CONFIG_HZ"));
        try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(root.resolve("proc/config.gz")))) {
            gz.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        KernelConfig config = KernelConfig.read(root, "6.1");
        assertEquals(Optional.of("250"), config.option("CONFIG_HZ"));
        assertEquals(Optional.of("m"), config.option("CONFIG_EXT4_FS"));
        assertEquals(Optional.of("n"), config.option("CONFIG_SCHED_CLASS_EXT"));
        assertEquals(Optional.of("n"), config.option("CONFIG_OF_ANOTHER_KERNEL"));
    }

    @Test
    void withoutAConfigurationNothingIsKnown(@TempDir Path root) {
        assertEquals(Optional.empty(), KernelConfig.read(root, "6.1").option("CONFIG_BPF"));
    }
}
