package io.agentcgroup.vm;

import java.nio.file.Path;

/**
 * Everything of a guest that outlives a run.
 *
 * @param kernel to boot
 * @param qemu to run it
 * @param busybox for its first file system
 * @param rootImage its root file system
 * @param runs folder for what a run needs for itself
 * @param consoles folder for what kernels said
 */
record Provisions(Kernel kernel, Qemu qemu, Path busybox, Path rootImage, Path runs, Path consoles) {

    /** Takes all from the cache, making what is not there. */
    static Provisions get(GuestRun.Builder settings) throws GuestException, InterruptedException {
        if (!"amd64".equals(System.getProperty("os.arch"))) {
            throw new GuestException("The guest needs an x86-64 host, and this one is " + System.getProperty("os.arch"));
        }
        Progress progress = new Progress(settings.progress);
        Cache cache = new Cache(Cache.defaultHome(), progress);
        Debian debian = new Debian(cache, progress);
        return new Provisions(
                new KernelSource(cache, debian).get(settings.kernel, settings.refresh),
                new QemuSource(cache, debian, progress).get(settings.refresh),
                new BusyboxSource(cache, debian).get(),
                new RootImage(cache, debian, progress).get(),
                cache.folder("runs"), cache.folder("consoles"));
    }
}
