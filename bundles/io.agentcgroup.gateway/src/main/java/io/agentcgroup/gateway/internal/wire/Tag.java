package io.agentcgroup.gateway.internal.wire;

/** What a field is: {@code ACG_TAG_*} of the header, with its width or, for a text, its bound. */
public enum Tag {
    KIND(1, Integer.BYTES),
    SHELL(2, Protocol.TEXT_MAX_BYTES),
    COMMAND(3, Protocol.COMMAND_MAX_BYTES),
    COMMAND_BYTES(4, Integer.BYTES),
    CWD(5, Protocol.TEXT_MAX_BYTES),
    HINT(6, Protocol.HINT_MAX_BYTES),
    HINT_SOURCE(7, Integer.BYTES),
    PID(8, Integer.BYTES),
    ERRNO(9, Integer.BYTES),
    WAIT_STATUS(10, Integer.BYTES),
    CALL_ID(11, Protocol.TEXT_MAX_BYTES),
    OOM_SCORE_ADJ(12, Integer.BYTES),
    AT_MOST_MS(13, Integer.BYTES),
    TEXT(14, Protocol.TEXT_MAX_BYTES),
    JSON(15, Protocol.MESSAGE_MAX_BYTES - Protocol.HEADER_BYTES - Protocol.FIELD_HEADER_BYTES),
    SESSION(16, Protocol.TEXT_MAX_BYTES),
    PRIORITY(17, Integer.BYTES),
    UID(18, Integer.BYTES),
    GID(19, Integer.BYTES),
    MEMORY_BYTES(20, Long.BYTES),
    PIDS(21, Long.BYTES),
    LEFTOVERS(22, Integer.BYTES),
    KEEP_MS(23, Integer.BYTES),
    SOCKET(24, Protocol.TEXT_MAX_BYTES),
    SCHED_POLICY(25, Integer.BYTES);

    static final int COUNT = values().length;

    private static final Tag[] BY_CODE = byCode();

    private final int code;
    private final int bytes;

    Tag(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** @return the number on the wire */
    public int code() {
        return code;
    }

    /** @return the exact width of a number, the largest of a text */
    public int bytes() {
        return bytes;
    }

    /** @return whether the field is a number of fixed width */
    public boolean isNumber() {
        return bytes <= Long.BYTES;
    }

    /** @return the tag of that number, null when there is none: such a field is skipped */
    static Tag of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static Tag[] byCode() {
        Tag[] table = new Tag[SCHED_POLICY.code + 1];
        for (Tag tag : values()) {
            table[tag.code] = tag;
        }
        return table;
    }
}
