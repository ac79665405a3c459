package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfMapType;
import io.agentcgroup.api.bpf.BpfObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** An object, through libbpf. Its methods take turns. */
final class LoadedObject implements BpfObject {

    /** {@code BPF_STRUCT_OPS} of {@code enum bpf_attach_type}. */
    private static final int ATTACH_STRUCT_OPS = 44;
    private static final int PROGRAM_TYPE_STRUCT_OPS = 27;
    private static final int PROGRAM_TYPE_SYSCALL = 31;
    private static final int BPF_F_CGROUP_FD = 1 << 7;

    /** Attached through perf events, by their sections' names. */
    private static final List<String> PERF_SECTIONS = List.of("tracepoint/", "tp/", "kprobe", "kretprobe", "ksyscall", "kretsyscall",
            "uprobe", "uretprobe", "usdt", "perf_event");

    /** {@code struct bpf_object_open_opts}: size, object_name, relaxed_maps, pin_root_path. */
    private static final int OPEN_OPTIONS_BYTES = 32;
    private static final int TAG_BYTES = 8;

    private final String name;
    private final String tag;
    private final BpfLibrary library;
    private final PinRoot pins;
    private final int possibleCpus;
    private final Map<String, Pointer> programs = new LinkedHashMap<>();
    private final Map<String, Pointer> maps = new LinkedHashMap<>();
    private Pointer object;
    private boolean loaded;

    /** @param pinned whether maps that are to be pinned by name can be */
    private LoadedObject(String name, byte[] image, BpfLibrary library, PinRoot pins, boolean pinned, int possibleCpus) {
        this.name = name;
        this.tag = tag(image);
        this.library = library;
        this.pins = pins;
        this.possibleCpus = possibleCpus;
        this.object = open(image);
        collect(programs, Libbpf::bpf_object__next_program, Libbpf::bpf_program__name);
        collect(maps, Libbpf::bpf_object__next_map, LoadedObject::mapName);
        if (!pinned) {
            maps.values().forEach(map -> Libbpf.bpf_map__set_pin_path(map, null));
        }
    }

    static LoadedObject open(String name, byte[] image, BpfLibrary library, PinRoot pins, boolean pinned, int possibleCpus) {
        return new LoadedObject(name, image, library, pins, pinned, possibleCpus);
    }

    private Pointer open(byte[] image) {
        try (Memory bytes = new Memory(Math.max(1, image.length));
                Memory objectName = string(name);
                Memory pinRoot = string(pins.path().toString());
                Memory options = new Memory(OPEN_OPTIONS_BYTES)) {
            bytes.write(0, image, 0, image.length);
            options.clear();
            options.setLong(0, OPEN_OPTIONS_BYTES);
            options.setPointer(8, objectName);
            options.setPointer(24, pinRoot);
            // libbpf copies what it keeps of all these.
            return library.pointer("open the BPF object " + name, () -> Libbpf.bpf_object__open_mem(bytes, image.length, options));
        }
    }

    private static Memory string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Memory memory = new Memory(bytes.length + 1L);
        memory.setString(0, text, "UTF-8");
        return memory;
    }

    private static String tag(byte[] image) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(image);
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void collect(Map<String, Pointer> into, BinaryOperator<Pointer> next, Function<Pointer, String> named) {
        for (Pointer at = next.apply(object, null); at != null; at = next.apply(object, at)) {
            into.put(named.apply(at), at);
        }
    }

    /** libbpf puts the object's name before that of a section of variables. */
    private static String mapName(Pointer map) {
        String full = Libbpf.bpf_map__name(map);
        int dot = full.indexOf('.');
        return dot < 0 ? full : full.substring(dot);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String tag() {
        return tag;
    }

    @Override
    public List<String> programs() {
        return List.copyOf(programs.keySet());
    }

    @Override
    public List<String> maps() {
        return List.copyOf(maps.keySet());
    }

    @Override
    public synchronized void autoload(String program, boolean load) {
        refuseIfLoaded();
        Libbpf.bpf_program__set_autoload(program(program), flag(load));
    }

    @Override
    public synchronized void autocreate(String map, boolean create) {
        refuseIfLoaded();
        Libbpf.bpf_map__set_autocreate(mapOf(map), flag(create));
    }

    private static byte flag(boolean value) {
        return value ? Libbpf.TRUE : Libbpf.FALSE;
    }

    @Override
    public synchronized void maxEntries(String map, int entries) {
        refuseIfLoaded();
        Pointer at = mapOf(map);
        library.number("make map " + map + " of " + name + " hold " + entries + " entries",
                () -> Libbpf.bpf_map__set_max_entries(at, entries));
    }

    @Override
    public synchronized void attachTarget(String program, String function) {
        refuseIfLoaded();
        Pointer at = program(program);
        library.number("make " + program + " of " + name + " a program for " + function,
                () -> Libbpf.bpf_program__set_attach_target(at, 0, function));
    }

    @Override
    public synchronized void initial(String variable, long value) {
        Variable at = variable(variable);
        int bits = at.bytes() * Byte.SIZE;
        boolean fits = switch (at.bytes()) {
            // Signed and unsigned variables alike: what one of them holds.
            case 1, 2, 4 -> value >= -(1L << bits - 1) && value < 1L << bits;
            case 8 -> true;
            default -> throw new IllegalArgumentException(variable + " of " + name + " has " + at.bytes() + " bytes, which is no number");
        };
        if (!fits) {
            throw new IllegalArgumentException(value + " does not fit into " + variable + " of " + name + ", " + bits + " bits");
        }
        switch (at.bytes()) {
            case 1 -> at.value().setByte(0, (byte) value);
            case 2 -> at.value().setShort(0, (short) value);
            case 4 -> at.value().setInt(0, (int) value);
            default -> at.value().setLong(0, value);
        }
    }

    @Override
    public synchronized void initial(String variable, byte[] value) {
        Variable at = variable(variable);
        if (at.bytes() != value.length) {
            throw new IllegalArgumentException(
                    variable + " of " + name + " has " + at.bytes() + " bytes, not " + value.length);
        }
        at.value().write(0, value, 0, value.length);
    }

    /** @return the types that it was compiled with, valid while it is open */
    Btf types() {
        return Btf.ofObject(object).orElseThrow(() -> new IllegalArgumentException("the BPF object " + name + " has no BTF"));
    }

    /** Where a variable is kept until the object is loaded. */
    private record Variable(Pointer value, int bytes) {
    }

    private Variable variable(String variable) {
        refuseIfLoaded();
        try (Btf btf = types()) {
            for (Map.Entry<String, Pointer> section : maps.entrySet()) {
                for (Btf.Field field : btf.variables(section.getKey())) {
                    if (field.name().equals(variable)) {
                        Pointer values = Libbpf.bpf_map__initial_value(section.getValue(), new long[1]);
                        return new Variable(values.share(field.offsetBytes()), field.bytes());
                    }
                }
            }
        }
        throw new IllegalArgumentException("the BPF object " + name + " has no variable " + variable);
    }

    @Override
    public synchronized void load() {
        refuseIfLoaded();
        library.number("load the BPF object " + name, () -> Libbpf.bpf_object__load(object));
        loaded = true;
    }

    @Override
    public synchronized List<BpfLink> attachAll() {
        refuseUnlessLoaded();
        List<BpfLink> links = new ArrayList<>();
        try {
            programs.forEach((program, at) -> {
                if (attachesItself(at)) {
                    links.add(attach(program));
                }
            });
        } catch (RuntimeException e) {
            links.forEach(BpfLink::close);
            throw e;
        }
        return links;
    }

    private static boolean attachesItself(Pointer program) {
        int type = Libbpf.bpf_program__type(program);
        return Libbpf.bpf_program__autoload(program) != Libbpf.FALSE && type != PROGRAM_TYPE_STRUCT_OPS
                && type != PROGRAM_TYPE_SYSCALL;
    }

    @Override
    public synchronized BpfLink attach(String program) {
        refuseUnlessLoaded();
        Pointer at = program(program);
        Pointer link = library.pointer("attach " + program + " of " + name, () -> Libbpf.bpf_program__attach(at));
        String section = Libbpf.bpf_program__section_name(at);
        return PERF_SECTIONS.stream().anyMatch(section::startsWith) ? new KernelLink.PerfLink(program, link) : link(program, link);
    }

    @Override
    public synchronized BpfLink attachToCgroup(String program, int cgroupDescriptor) {
        refuseUnlessLoaded();
        Pointer at = program(program);
        return link(program, library.pointer("attach " + program + " of " + name + " to a cgroup",
                () -> Libbpf.bpf_program__attach_cgroup(at, cgroupDescriptor)));
    }

    /** @return the link by a descriptor of ours; libbpf's own record of it is not needed */
    private KernelLink link(String what, Pointer link) {
        try {
            return new KernelLink(what, Descriptor.duplicateOf("the link of " + what, Libbpf.bpf_link__fd(link)), pins);
        } finally {
            Libbpf.bpf_link__destroy(link);
        }
    }

    @Override
    public synchronized BpfLink attachStructOps(String map) {
        refuseUnlessLoaded();
        Pointer at = structOps(map);
        return link(map, library.pointer("put " + map + " of " + name + " in force",
                () -> Libbpf.bpf_map__attach_struct_ops(at)));
    }

    @Override
    public BpfLink attachStructOps(String map, int cgroupDescriptor, StructOpsForm form, int flags) {
        int[] link = new int[1];
        withStructOps(map, mapDescriptor -> link[0] = createLink(map, mapDescriptor, cgroupDescriptor, form, flags));
        return new KernelLink(map, new Descriptor("the link of " + map, link[0]), pins);
    }

    private int createLink(String map, int mapDescriptor, int cgroup, StructOpsForm form, int flags) {
        // union bpf_attr, link_create: map_fd, target_fd, attach_type, flags, cgroup.relative_fd
        try (Memory attributes = new Memory(BpfCommand.ATTRIBUTES_BYTES)) {
            attributes.clear();
            attributes.setInt(0, mapDescriptor);
            attributes.setInt(8, ATTACH_STRUCT_OPS);
            if (form == StructOpsForm.TARGET_FD) {
                attributes.setInt(4, cgroup);
                attributes.setInt(12, flags | BPF_F_CGROUP_FD);
            } else {
                attributes.setInt(12, flags);
                attributes.setInt(16, cgroup);
            }
            return BpfCommand.LINK_CREATE.run("put " + map + " of " + name + " in force for a cgroup", attributes);
        }
    }

    /**
     * Uses a struct_ops map whose programs are in it. Only libbpf knows how they are put there, and it does so as the first half of
     * attaching; the second half, which is for the whole machine, is undone where it succeeds.
     */
    synchronized void withStructOps(String map, IntConsumer use) throws BpfException {
        refuseUnlessLoaded();
        Pointer at = structOps(map);
        try {
            Pointer link = library.pointer("prepare " + map, () -> Libbpf.bpf_map__attach_struct_ops(at));
            Libbpf.bpf_link__destroy(link);
        } catch (BpfException expected) {
            // The kernel wants a cgroup, or has one in force already. If it was the first half that failed, the use will too.
            use(use, at, expected);
            return;
        }
        use.accept(Libbpf.bpf_map__fd(at));
    }

    private static void use(IntConsumer use, Pointer map, BpfException before) {
        try {
            use.accept(Libbpf.bpf_map__fd(map));
        } catch (BpfException e) {
            e.addSuppressed(before);
            throw e;
        }
    }

    private Pointer structOps(String map) {
        Pointer at = mapOf(map);
        if (Libbpf.bpf_map__type(at) != BpfMapType.STRUCT_OPS.number()) {
            throw new IllegalArgumentException(map + " of " + name + " is no struct_ops map");
        }
        if (Libbpf.bpf_map__autocreate(at) == Libbpf.FALSE) {
            throw new IllegalStateException("the map " + map + " of " + name + " was not made");
        }
        return at;
    }

    @Override
    public synchronized BpfMap map(String map) {
        refuseUnlessLoaded();
        Pointer at = mapOf(map);
        int descriptor = Libbpf.bpf_map__fd(at);
        if (descriptor < 0) {
            throw new IllegalStateException("the map " + map + " of " + name + " was not made");
        }
        return new KernelMap(Descriptor.duplicateOf("map " + map, descriptor), pins, possibleCpus);
    }

    @Override
    public synchronized int programDescriptor(String program) {
        refuseUnlessLoaded();
        int descriptor = Libbpf.bpf_program__fd(program(program));
        if (descriptor < 0) {
            throw new IllegalStateException("the program " + program + " of " + name + " was not loaded");
        }
        return descriptor;
    }

    private Pointer program(String program) {
        return known("program", programs, program);
    }

    private Pointer mapOf(String map) {
        return known("map", maps, map);
    }

    private Pointer known(String what, Map<String, Pointer> all, String wanted) {
        Pointer at = all.get(wanted);
        if (at == null) {
            throw new IllegalArgumentException("the BPF object " + name + " has no " + what + " " + wanted + ", but " + all.keySet());
        }
        return at;
    }

    private void refuseIfClosed() {
        if (object == null) {
            throw new IllegalStateException("the BPF object " + name + " is closed");
        }
    }

    private void refuseIfLoaded() {
        refuseIfClosed();
        if (loaded) {
            throw new IllegalStateException("the BPF object " + name + " is loaded already");
        }
    }

    private void refuseUnlessLoaded() {
        refuseIfClosed();
        if (!loaded) {
            throw new IllegalStateException("the BPF object " + name + " is not loaded");
        }
    }

    @Override
    public synchronized void close() {
        if (object != null) {
            Libbpf.bpf_object__close(object);
            object = null;
        }
    }

    @Override
    public String toString() {
        return name + " " + tag;
    }
}
