package io.agentcgroup.gateway.internal.wire;

/**
 * The numbers of {@code bpf/include/agentcgroup_protocol.h} that are neither a message type nor a field tag. A test reads
 * the header and compares.
 */
public final class Protocol {

    public static final int MAGIC = 0x50474341;
    public static final int VERSION = 1;
    public static final int HEADER_BYTES = 12;
    public static final int FIELD_HEADER_BYTES = 8;

    public static final int MESSAGE_MAX_BYTES = 65536;
    public static final int COMMAND_MAX_BYTES = 8192;
    public static final int HINT_MAX_BYTES = 257;
    public static final int TEXT_MAX_BYTES = 4096;

    public static final int KIND_SHELL = 1;
    public static final int KIND_PREFIX = 2;
    public static final int KIND_EXEC = 3;

    public static final int HINT_ENVIRONMENT = 1;
    public static final int HINT_COMMAND = 2;
    public static final int HINT_OPTION = 3;

    public static final int PRIORITY_HIGH = 1;
    public static final int PRIORITY_NORMAL = 2;
    public static final int PRIORITY_LOW = 3;

    public static final int LEFTOVERS_ADOPT = 1;
    public static final int LEFTOVERS_KEEP = 2;
    public static final int LEFTOVERS_REAP = 3;

    public static final int ANSWER_TIMEOUT_MS = 50;

    private Protocol() {
    }
}
