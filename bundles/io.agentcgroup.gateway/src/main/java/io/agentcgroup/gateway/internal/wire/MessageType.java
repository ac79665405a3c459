package io.agentcgroup.gateway.internal.wire;

/** What a message is: {@code ACG_MSG_*} of the header. */
public enum MessageType {
    CALL_OPEN(1),
    CALL_STARTED(2),
    CALL_NOT_STARTED(3),
    CALL_EXITED(4),
    CALL_RESUME(5),

    SESSION_OPEN(16),
    SESSION_END(17),
    CONTROL(18),

    GRANT(129),
    WAIT(130),
    PASS(131),
    FEEDBACK(132),
    DONE(133),
    ERROR(143),
    SESSION(144),
    CONTROL_REPLY(145);

    private static final MessageType[] BY_CODE = byCode();

    private final int code;

    MessageType(int code) {
        this.code = code;
    }

    /** @return the number on the wire */
    public int code() {
        return code;
    }

    /** @return the type of that number, null when there is none */
    static MessageType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static MessageType[] byCode() {
        MessageType[] table = new MessageType[CONTROL_REPLY.code + 1];
        for (MessageType type : values()) {
            table[type.code] = type;
        }
        return table;
    }
}
