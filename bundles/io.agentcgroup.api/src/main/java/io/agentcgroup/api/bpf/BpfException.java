package io.agentcgroup.api.bpf;

import java.util.List;

/** The kernel or libbpf refused something. The message says what, and why, with the verifier's last lines where it was the verifier. */
public class BpfException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errno;
    private final transient List<String> log;

    /**
     * @param message what was tried and the answer in words
     * @param errno the kernel's answer, positive; 0 when it was not a system call that failed
     * @param log everything that libbpf and the verifier said meanwhile, line by line
     */
    public BpfException(String message, int errno, List<String> log) {
        super(message);
        this.errno = errno;
        this.log = List.copyOf(log);
    }

    /** @return the kernel's answer as {@code errno}, positive; 0 when it was not a system call that failed */
    public int errno() {
        return errno;
    }

    /** @return everything that libbpf and the verifier said meanwhile; empty when they said nothing, or after serialization */
    public List<String> log() {
        return log == null ? List.of() : log;
    }
}
