package io.agentcgroup.bpf.internal;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/** The system calls that libbpf does not make for us. All return -1 on failure; {@link #errno()} says why. */
final class Libc {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int E2BIG = 7;
    static final int EINTR = 4;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;
    static final int ECANCELED = 125;

    static final int O_CLOEXEC = 0x80000;
    static final int O_NONBLOCK = 0x800;

    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLLIN = 0x1;

    static final int F_DUPFD_CLOEXEC = 1030;

    static final long BPF_FS_MAGIC = 0xcafe4a11L;
    /** More than {@code struct statfs} takes on any 64-bit Linux. */
    static final int STATFS_BYTES = 256;
    static final int MNT_DETACH = 2;
    static final long MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8;

    /** {@code __NR_bpf}. */
    static final long NR_BPF = Platform.isARM() ? 280 : 321;

    static {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            // size_t and pointers are long below, and in the structures that we lay out.
            throw new UnsupportedOperationException("BPF needs a 64-bit Linux, not " + Platform.RESOURCE_PREFIX);
        }
        Native.register(Libc.class, "c");
    }

    private Libc() {
    }

    /** @return the reason of the last failure on this thread */
    static int errno() {
        return Native.getLastError();
    }

    static native int close(int fd);

    static native int fcntl(int fd, int command, int argument);

    static native long write(int fd, byte[] buffer, long bytes);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, Pointer event);

    static native int epoll_wait(int epoll, Pointer events, int most, int timeoutMs);

    static native int eventfd(int initial, int flags);

    static native int statfs(String path, Pointer statfs);

    static native int mount(String source, String target, String type, long flags, Pointer data);

    static native int umount2(String target, int flags);

    static native long syscall(long number, int command, Pointer attributes, long bytes);

    static native int vsnprintf(Pointer buffer, long bytes, Pointer format, Pointer arguments);

    static native String strerror(int errno);
}
