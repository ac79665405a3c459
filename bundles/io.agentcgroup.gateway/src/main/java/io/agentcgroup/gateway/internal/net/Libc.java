package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * The calls of the C library that the gateway needs and the JDK does not offer: passing a descriptor, the peer's process
 * id, staying in memory. JDK channels do not show their descriptor, so the sockets as a whole are made here. Direct mapping: a call costs well
 * under a microsecond over the system call. After a failure {@link Native#getLastError()} has errno.
 */
final class Libc {

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_NONBLOCK = 04000;
    static final int SOCK_CLOEXEC = 02000000;
    static final int SOL_SOCKET = 1;
    static final int SO_PEERCRED = 17;
    static final int SCM_RIGHTS = 1;
    static final int SHUT_RDWR = 2;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    static final int EPOLL_CLOEXEC = 02000000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 0x001;
    static final int EPOLLOUT = 0x004;
    /** Told whether it was asked for or not, as EPOLLHUP is. */
    static final int EPOLLERR = 0x008;
    static final int EPOLLHUP = 0x010;
    static final int EPOLLRDHUP = 0x2000;
    static final int EFD_CLOEXEC = 02000000;
    static final int EFD_NONBLOCK = 04000;

    static final int RLIMIT_MEMLOCK = 8;
    static final long RLIM_INFINITY = -1;
    static final int MCL_CURRENT = 1;
    static final int MCL_FUTURE = 2;
    static final int MCL_ONFAULT = 4;

    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOMEM = 12;
    static final int ECONNABORTED = 103;

    /** {@code struct epoll_event} is packed on x86-64 only. */
    static final int EPOLL_EVENT_BYTES = Platform.isIntel() ? 12 : 16;
    static final int EPOLL_EVENT_DATA = Platform.isIntel() ? 4 : 8;

    static {
        if (!Platform.isLinux() || Native.POINTER_SIZE != Long.BYTES) {
            throw new UnsatisfiedLinkError("the gateway needs 64-bit Linux");
        }
        Native.register(Libc.class, NativeLibrary.getInstance("c"));
    }

    private Libc() {
    }

    static native int socket(int domain, int type, int protocol);

    static native int socketpair(int domain, int type, int protocol, int[] two);

    static native int bind(int fd, byte[] address, int length);

    static native int connect(int fd, byte[] address, int length);

    static native int listen(int fd, int backlog);

    static native int accept4(int fd, Pointer address, Pointer length, int flags);

    static native int getsockopt(int fd, int level, int option, int[] value, int[] length);

    static native long recv(int fd, Pointer buffer, long length, int flags);

    static native long send(int fd, byte[] buffer, long length, int flags);

    static native long sendmsg(int fd, Pointer message, int flags);

    static native long recvmsg(int fd, Pointer message, int flags);

    static native int shutdown(int fd, int how);

    static native int close(int fd);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, byte[] event);

    static native int epoll_wait(int epoll, Pointer events, int most, int timeoutMs);

    static native int eventfd(int initial, int flags);

    static native long read(int fd, byte[] buffer, long length);

    static native long write(int fd, byte[] buffer, long length);

    /** @param limit {@code struct rlimit}: the limit, and what it may be raised to */
    static native int setrlimit(int resource, long[] limit);

    static native int mlockall(int flags);

    static native int munlockall();

    static native String strerror(int errno);
}
