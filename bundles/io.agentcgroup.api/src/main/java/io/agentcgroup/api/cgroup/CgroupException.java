package io.agentcgroup.api.cgroup;

/** The kernel refused something in cgroupfs. The message says what, where and why. */
public class CgroupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param message what was tried, on which path, and the kernel's answer in words
     * @param errno the kernel's answer, 0 when it was not a system call that failed
     */
    public CgroupException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** @return the kernel's answer, 0 when it was not a system call that failed */
    public int errno() {
        return errno;
    }
}
