package io.agentcgroup.cgroup.internal;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * The system calls that the tree needs, bound directly. All return -1 on failure; {@link #errno()} says why and is asked
 * on the same thread at once.
 */
final class Libc {

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    /** The two open flags that ARM numbers differently. */
    static final int O_DIRECTORY = Platform.isARM() ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = Platform.isARM() ? 0x8000 : 0x20000;

    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ERANGE = 34;
    static final int ENODATA = 61;
    static final int EOPNOTSUPP = 95;

    static final int IN_MODIFY = 0x2;
    static final int IN_Q_OVERFLOW = 0x4000;
    static final int IN_IGNORED = 0x8000;
    static final int IN_CLOEXEC = O_CLOEXEC;
    static final int IN_NONBLOCK = O_NONBLOCK;

    static final int EPOLL_CLOEXEC = O_CLOEXEC;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLLIN = 0x1;
    static final int EPOLLPRI = 0x2;
    static final int EPOLLERR = 0x8;

    static final int EFD_CLOEXEC = O_CLOEXEC;
    static final int EFD_NONBLOCK = O_NONBLOCK;

    static final short POLLPRI = 0x2;

    static final int SCHED_BATCH = 3;
    /** {@code struct sched_param}: the priority, which is 0 for all but the real-time policies. */
    static final int SCHED_PARAM_BYTES = 4;
    static final int THIS_THREAD = 0;

    /** {@code f_type} of {@code statfs(2)}. */
    static final long CGROUP2_SUPER_MAGIC = 0x63677270;
    /** {@code struct statx}, which is the same on every machine, unlike {@code struct stat}. */
    static final int STATX_INO = 0x100;
    static final long STATX_INO_OFFSET = 32;
    /** More than {@code struct statfs} takes on any 64-bit Linux. */
    static final int STATFS_BYTES = 256;

    static {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            // size_t and ssize_t are long below.
            throw new UnsupportedOperationException("the cgroup tree needs a 64-bit Linux, not " + Platform.RESOURCE_PREFIX);
        }
        Native.register(Libc.class, "c");
    }

    private Libc() {
    }

    /** @return the reason of the last failure on this thread */
    static int errno() {
        return Native.getLastError();
    }

    static native int openat(int directory, String path, int flags);

    static native int mkdirat(int directory, String path, int mode);

    static native int unlinkat(int directory, String path, int flags);

    static native long read(int fd, Pointer buffer, long bytes);

    static native long write(int fd, byte[] buffer, long bytes);

    static native int close(int fd);

    static native int fchownat(int directory, String path, int uid, int gid, int flags);

    static native int fstatfs(int fd, Pointer statfs);

    static native int statx(int directory, String path, int flags, int mask, Pointer statx);

    static native int fsetxattr(int fd, String name, byte[] value, long bytes, int flags);

    static native long fgetxattr(int fd, String name, Pointer value, long bytes);

    static native int inotify_init1(int flags);

    static native int inotify_add_watch(int fd, String path, int mask);

    static native int inotify_rm_watch(int fd, int watch);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, Pointer event);

    static native int epoll_wait(int epoll, Pointer events, int most, int timeoutMs);

    static native int eventfd(int initial, int flags);

    static native int poll(Pointer descriptors, long count, int timeoutMs);

    static native int sched_setscheduler(int thread, int policy, byte[] parameters);

    static native int geteuid();

    static native int getegid();

    static native String strerror(int errno);
}
