package io.agentcgroup.vm;

import java.nio.file.Path;
import java.util.List;

/** Gets the static busybox that is the guest's userland until its root file system is mounted. */
final class BusyboxSource {

    private final Cache cache;
    private final Debian debian;

    BusyboxSource(Cache cache, Debian debian) {
        this.cache = cache;
        this.debian = debian;
    }

    Path get() throws GuestException, InterruptedException {
        Path folder = cache.entry("busybox", Debian.codename(), false, making -> {
            AptSuite archive = debian.suite(Debian.codename());
            archive.unpack("busybox", List.of(archive.get("busybox-static")), making);
        });
        return folder.resolve("bin/busybox");
    }
}
