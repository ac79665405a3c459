package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;

/** Commands of {@code bpf(2)} that libbpf does not give in the form that we need. */
enum BpfCommand {

    LINK_CREATE(28), LINK_UPDATE(29);

    /** Room for what these commands take; what is zero may be longer than the kernel's own idea. */
    static final int ATTRIBUTES_BYTES = 64;

    private final int number;

    BpfCommand(int number) {
        this.number = number;
    }

    /**
     * @param what for the exception: what is being tried
     * @param attributes {@code union bpf_attr}, {@link #ATTRIBUTES_BYTES} long
     * @return the kernel's answer, not negative
     */
    int run(String what, Memory attributes) {
        long answer = Libc.syscall(Libc.NR_BPF, number, attributes, ATTRIBUTES_BYTES);
        if (answer < 0) {
            throw BpfLibrary.failure(what, Libc.errno());
        }
        return (int) answer;
    }
}
