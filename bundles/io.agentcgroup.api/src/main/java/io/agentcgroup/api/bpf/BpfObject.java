package io.agentcgroup.api.bpf;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A compiled object: its programs and its maps. First it is configured, then loaded, then attached. Closing it unloads what
 * nobody else holds: links that were made stay attached until they are closed themselves, pinned things stay. Thread-safe.
 *
 * <p>Unknown names of programs, maps and variables throw {@link IllegalArgumentException}; configuring a loaded object, and
 * using one that is not loaded, {@link IllegalStateException}.
 */
@ProviderType
public interface BpfObject extends AutoCloseable {

    /** @return the name that it was opened by */
    String name();

    /**
     * @return 16 hexadecimal digits that stand for the image: programs of the same tag are the same. To be kept in the names
     *         of pins, so that the next daemon knows whether to re-open or to replace
     */
    String tag();

    /** @return names of its programs, as in C */
    List<String> programs();

    /** @return names of its maps, as in C; sections of global variables are maps too ({@code .rodata}, {@code .bss}) */
    List<String> maps();

    /** Says whether a program is loaded with the object; all are unless their section says otherwise. */
    void autoload(String program, boolean load);

    /** Says whether a map is made, or found pinned, with the object; all are. A struct_ops map that is not made is not needed. */
    void autocreate(String map, boolean create);

    /** Gives a map another size than the one compiled in. */
    void maxEntries(String map, int entries);

    /** Makes an {@code fentry}, {@code fexit}, {@code lsm} or {@code iter} program one for another function of the kernel. */
    void attachTarget(String program, String function);

    /**
     * Sets a global variable before loading, {@code const volatile} ones too: the verifier then knows the value.
     *
     * @param variable as in C; an integer, enum or bool of 1 to 8 bytes
     * @throws IllegalArgumentException also if the value does not fit
     */
    void initial(String variable, long value);

    /**
     * Sets a global variable of any type before loading.
     *
     * @param value exactly the bytes of the variable
     */
    void initial(String variable, byte[] value);

    /** Makes the maps and loads the programs. All or nothing. */
    void load();

    /** Attaches every loaded program that says by its section where, and no struct_ops map. All or nothing. */
    List<BpfLink> attachAll();

    /** Attaches one program to what its section says. */
    BpfLink attach(String program);

    /**
     * Attaches a program to a cgroup and what is below it.
     *
     * @param cgroupDescriptor an open directory of cgroupfs
     */
    BpfLink attachToCgroup(String program, int cgroupDescriptor);

    /** Puts a struct_ops map (section {@code .struct_ops.link}) in force for the whole machine. */
    BpfLink attachStructOps(String map);

    /**
     * Puts a struct_ops map in force for a cgroup. Whether a second one may be put on the same map or cgroup is the kernel's to
     * say.
     *
     * @param cgroupDescriptor an open directory of cgroupfs
     * @param form how this kernel wants to be told the cgroup
     * @param flags {@code BPF_F_*} flags of the link, 0 for none
     */
    BpfLink attachStructOps(String map, int cgroupDescriptor, StructOpsForm form, int flags);

    /** @return one of its maps, with a descriptor of its own: closing it, or the object, does not touch the other */
    BpfMap map(String map);

    /** @return the descriptor of a loaded program, valid while the object is open */
    int programDescriptor(String program);

    @Override
    void close();

    /** Two patch series, two ways to name the cgroup when a struct_ops link is made. */
    enum StructOpsForm {
        /** The cgroup's descriptor in {@code cgroup.relative_fd} of the attributes. */
        RELATIVE_FD,
        /** The cgroup's descriptor as the target, said by {@code BPF_F_CGROUP_FD}. */
        TARGET_FD
    }
}
