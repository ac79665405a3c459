package io.agentcgroup.bpf.internal;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Types as the kernel, or a compiled object, describes them. The layout of a description is that of {@code linux/btf.h}: a
 * header of three words, then the members.
 */
final class Btf implements AutoCloseable {

    static final int KIND_ARRAY = 3;
    static final int KIND_STRUCT = 4;
    static final int KIND_UNION = 5;
    static final int KIND_TYPEDEF = 8;
    static final int KIND_RESTRICT = 11;
    static final int KIND_FUNC = 12;
    static final int KIND_DATASEC = 15;
    static final int KIND_TYPE_TAG = 18;

    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 12;
    private static final int POINTER_BYTES = 8;
    private static final int KIND_POINTER = 2;

    private final Pointer btf;
    private final boolean owned;

    private Btf(Pointer btf, boolean owned) {
        this.btf = btf;
        this.owned = owned;
    }

    /** A member of a struct, or a variable in a section. */
    record Field(String name, int type, int offsetBytes, int bytes) {
    }

    /** @return the running kernel's types; some megabytes while open */
    static Btf ofKernel(BpfLibrary library) {
        return new Btf(library.pointer("read the kernel's BTF", Libbpf::btf__load_vmlinux_btf), true);
    }

    /** @return an opened object's types, valid while it is open */
    static Optional<Btf> ofObject(Pointer object) {
        return Optional.ofNullable(Libbpf.bpf_object__btf(object)).map(btf -> new Btf(btf, false));
    }

    /** @return the type's number, empty when there is none of that name and kind */
    Optional<Integer> find(String name, int kind) {
        int id = Libbpf.btf__find_by_name_kind(btf, name, kind);
        return id > 0 ? Optional.of(id) : Optional.empty();
    }

    /** @return whether a struct or union has such a member, in itself or in an anonymous one of its members */
    boolean hasMember(int struct, String name) {
        return hasMember(struct, name, new HashSet<>());
    }

    private boolean hasMember(int struct, String name, Set<Integer> seen) {
        for (Field field : fields(struct)) {
            if (field.name().equals(name)) {
                return true;
            }
            if (field.name().isEmpty() && seen.add(field.type()) && isStruct(field.type())
                    && hasMember(field.type(), name, seen)) {
                return true;
            }
        }
        return false;
    }

    private boolean isStruct(int id) {
        int kind = kind(type(id));
        return kind == KIND_STRUCT || kind == KIND_UNION;
    }

    /** @return {@code sizeof} a struct */
    int bytes(int struct) {
        return type(struct).getInt(8);
    }

    /** @return the members of a struct or union; not bit fields */
    List<Field> fields(int struct) {
        Pointer at = type(struct);
        boolean bits = at.getInt(4) < 0;
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count(at); i++) {
            long entry = HEADER_BYTES + (long) i * ENTRY_BYTES;
            int type = at.getInt(entry + 4);
            int offset = at.getInt(entry + 8);
            int bitOffset = bits ? offset & 0xffffff : offset;
            fields.add(new Field(name(at.getInt(entry)), type, bitOffset / Byte.SIZE, sizeOf(type)));
        }
        return fields;
    }

    /** @return the variables of a section such as {@code .rodata} */
    List<Field> variables(String section) {
        Optional<Integer> id = find(section, KIND_DATASEC);
        if (id.isEmpty()) {
            return List.of();
        }
        Pointer at = type(id.get());
        List<Field> variables = new ArrayList<>();
        for (int i = 0; i < count(at); i++) {
            long entry = HEADER_BYTES + (long) i * ENTRY_BYTES;
            Pointer variable = type(at.getInt(entry));
            variables.add(new Field(name(variable.getInt(0)), variable.getInt(8), at.getInt(entry + 4), at.getInt(entry + 8)));
        }
        return variables;
    }

    private int sizeOf(int id) {
        Pointer at = type(id);
        int kind = kind(at);
        if (kind == KIND_ARRAY) {
            // struct btf_array: type, index type, count
            return sizeOf(at.getInt(HEADER_BYTES)) * at.getInt(HEADER_BYTES + 8);
        }
        if (kind == KIND_POINTER) {
            return POINTER_BYTES;
        }
        boolean another = kind >= KIND_TYPEDEF && kind <= KIND_RESTRICT || kind == KIND_TYPE_TAG;
        return another ? sizeOf(at.getInt(8)) : id == 0 ? 0 : at.getInt(8);
    }

    private Pointer type(int id) {
        Pointer type = Libbpf.btf__type_by_id(btf, id);
        if (type == null) {
            throw new IllegalArgumentException("BTF has no type " + id);
        }
        return type;
    }

    private static int kind(Pointer type) {
        return type.getInt(4) >>> 24 & 0x1f;
    }

    private static int count(Pointer type) {
        return type.getInt(4) & 0xffff;
    }

    private String name(int offset) {
        return Libbpf.btf__name_by_offset(btf, offset);
    }

    @Override
    public void close() {
        if (owned) {
            Libbpf.btf__free(btf);
        }
    }
}
