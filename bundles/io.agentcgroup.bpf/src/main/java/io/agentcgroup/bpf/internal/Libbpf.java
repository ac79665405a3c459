package io.agentcgroup.bpf.internal;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The functions of libbpf that we call, bound directly. Only functions that libbpf 1.1 has: newer ones are looked up where they
 * are used. Those that return a pointer return null on failure, with {@link Libc#errno()}; those that return an int a negative
 * errno. {@code bool} is a byte here.
 */
final class Libbpf {

    static final byte FALSE = 0;
    static final byte TRUE = 1;

    private Libbpf() {
    }

    /** Binds the functions; before any of them is called. */
    static void bind(NativeLibrary library) {
        Native.register(Libbpf.class, library);
    }

    /** {@code libbpf_print_fn_t}; the arguments are a {@code va_list}. */
    interface PrintFunction extends Callback {
        int print(int level, Pointer format, Pointer arguments);
    }

    /** {@code ring_buffer_sample_fn}. */
    interface SampleFunction extends Callback {
        int sample(Pointer context, Pointer data, long bytes);
    }

    static native int libbpf_major_version();

    static native int libbpf_minor_version();

    static native String libbpf_version_string();

    static native Pointer libbpf_set_print(PrintFunction function);

    static native int libbpf_num_possible_cpus();

    // Objects

    static native Pointer bpf_object__open_mem(Pointer image, long bytes, Pointer options);

    static native int bpf_object__load(Pointer object);

    static native void bpf_object__close(Pointer object);

    static native Pointer bpf_object__btf(Pointer object);

    static native Pointer bpf_object__next_program(Pointer object, Pointer previous);

    static native Pointer bpf_object__next_map(Pointer object, Pointer previous);

    // Programs

    static native String bpf_program__name(Pointer program);

    static native String bpf_program__section_name(Pointer program);

    static native int bpf_program__set_autoload(Pointer program, byte load);

    static native byte bpf_program__autoload(Pointer program);

    static native int bpf_program__type(Pointer program);

    static native int bpf_program__set_attach_target(Pointer program, int descriptor, String function);

    static native int bpf_program__fd(Pointer program);

    static native Pointer bpf_program__attach(Pointer program);

    static native Pointer bpf_program__attach_cgroup(Pointer program, int cgroup);

    // Maps of an object

    static native String bpf_map__name(Pointer map);

    static native int bpf_map__fd(Pointer map);

    static native int bpf_map__type(Pointer map);

    static native int bpf_map__set_autocreate(Pointer map, byte create);

    static native byte bpf_map__autocreate(Pointer map);

    static native int bpf_map__set_max_entries(Pointer map, int entries);

    static native String bpf_map__pin_path(Pointer map);

    static native int bpf_map__set_pin_path(Pointer map, String path);

    static native Pointer bpf_map__initial_value(Pointer map, long[] bytes);

    static native Pointer bpf_map__attach_struct_ops(Pointer map);

    // Links

    static native int bpf_link__fd(Pointer link);

    static native int bpf_link__destroy(Pointer link);

    // What is in the kernel

    static native int bpf_obj_get(String path);

    static native int bpf_obj_pin(int descriptor, String path);

    static native int bpf_obj_get_info_by_fd(int descriptor, Pointer info, int[] bytes);

    static native int bpf_map_lookup_elem(int map, byte[] key, byte[] value);

    static native int bpf_map_update_elem(int map, byte[] key, byte[] value, long flags);

    static native int bpf_map_delete_elem(int map, byte[] key);

    static native int bpf_map_get_next_key(int map, byte[] key, byte[] next);

    // Ring buffers

    static native Pointer ring_buffer__new(int map, SampleFunction function, Pointer context, Pointer options);

    static native void ring_buffer__free(Pointer buffer);

    static native int ring_buffer__consume(Pointer buffer);

    static native int ring_buffer__epoll_fd(Pointer buffer);

    // Types

    static native Pointer btf__load_vmlinux_btf();

    static native void btf__free(Pointer btf);

    static native int btf__find_by_name_kind(Pointer btf, String name, int kind);

    static native Pointer btf__type_by_id(Pointer btf, int id);

    static native String btf__name_by_offset(Pointer btf, int offset);
}
