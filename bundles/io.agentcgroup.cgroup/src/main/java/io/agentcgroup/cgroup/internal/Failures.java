package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;

/** Puts the kernel's refusals into words. */
final class Failures {

    private Failures() {
    }

    /** @return what was tried and why the last system call of this thread failed */
    static CgroupException last(String tried) {
        return of(tried, Libc.errno());
    }

    /** @return what was tried and what that error means here */
    static CgroupException of(String tried, int errno) {
        return new CgroupException(tried + ": " + words(errno), errno);
    }

    private static String words(int errno) {
        String kernel = Libc.strerror(errno);
        return switch (errno) {
            case Libc.ENODEV -> kernel + ": the directory is gone";
            case Libc.ENOSPC -> kernel + ": see fs.inotify.max_user_watches";
            default -> kernel;
        };
    }
}
