package io.agentcgroup.api.bpf;

import java.util.Objects;

/** What the typed views have in common. */
final class Views {

    private Views() {
    }

    static void check(BpfMap map, String what, int inKernel, int inJava) {
        if (inKernel != inJava) {
            throw new IllegalArgumentException(
                    "a " + what + " of map " + map.name() + " has " + inKernel + " bytes, not " + inJava);
        }
    }

    static void checkType(BpfMap map, BpfMapType wanted) {
        if (map.type() != wanted) {
            throw new IllegalArgumentException("map " + map.name() + " is of type " + map.type() + ", not " + wanted);
        }
    }

    static byte[] index(BpfMap map, int index) {
        return BpfCodec.U32.toBytes(Objects.checkIndex(index, map.maxEntries()));
    }

    static byte[] element(BpfMap map, int index) {
        return map.lookup(index(map, index)).orElseThrow(
                () -> new IllegalStateException("map " + map.name() + " has no element " + index));
    }
}
