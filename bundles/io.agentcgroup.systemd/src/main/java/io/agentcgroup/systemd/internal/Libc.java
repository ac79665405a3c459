package io.agentcgroup.systemd.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** What the JDK lacks for one datagram in the Unix domain. After a failure {@link Native#getLastError()} has errno. */
final class Libc {

    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 02000000;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;

    static {
        Native.register(Libc.class, NativeLibrary.getInstance("c"));
    }

    private Libc() {
    }

    static native int socket(int domain, int type, int protocol);

    static native long sendto(int fd, byte[] buffer, long length, int flags, byte[] address, int addressLength);

    static native int close(int fd);

    static native String strerror(int errno);
}
