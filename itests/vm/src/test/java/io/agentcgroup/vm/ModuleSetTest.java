package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleSetTest {

    @TempDir
    Path modules;

    @Test
    void ordersModulesAfterWhatTheyDependOn() throws Exception {
        module("drivers/zram.ko", "zsmalloc,lz4_compress");
        module("mm/zsmalloc.ko", "");
        module("lib/lz4-compress.ko", "");
        ModuleSet set = new ModuleSet(modules, Path.of("/no/busybox"), modules);
        set.add("zram");
        set.add("zsmalloc");
        assertEquals(List.of("zsmalloc", "lz4_compress", "zram"), List.copyOf(set.inOrder().keySet()));
    }

    @Test
    void takesAModuleThatDoesNotExistForBuiltIn() throws Exception {
        ModuleSet set = new ModuleSet(modules, Path.of("/no/busybox"), modules);
        set.add("virtio_blk");
        assertEquals(0, set.inOrder().size());
    }

    private void module(String path, String depends) throws IOException {
        Path file = modules.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, ("\177ELF..license=GPL\0depends=" + depends + "\0name=x\0").getBytes(StandardCharsets.ISO_8859_1));
    }
}
