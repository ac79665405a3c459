package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory that the kernel and Java both see. Made a few times and kept, never one a call. */
final class DirectMemory {

    private final ByteBuffer buffer;
    private final Pointer pointer;

    DirectMemory(int bytes) {
        buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        pointer = Native.getDirectBufferPointer(buffer);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /** @return the address; valid while this object is reachable */
    Pointer pointer() {
        return pointer;
    }

    long address(int offset) {
        return Pointer.nativeValue(pointer) + offset;
    }

    int bytes() {
        return buffer.capacity();
    }
}
