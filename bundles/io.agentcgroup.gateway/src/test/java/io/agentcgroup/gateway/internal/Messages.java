package io.agentcgroup.gateway.internal;

import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;

/** What a shim says. */
final class Messages {

    private Messages() {
    }

    static byte[] open(String command) {
        return openWithout(command).build();
    }

    static MessageBuilder openWithout(String command) {
        return new MessageBuilder(MessageType.CALL_OPEN)
                .number(Tag.KIND, Protocol.KIND_SHELL).text(Tag.SHELL, "bash").text(Tag.COMMAND, command)
                .number(Tag.COMMAND_BYTES, command.length()).text(Tag.CWD, "/work");
    }

    static byte[] started(int pid) {
        return new MessageBuilder(MessageType.CALL_STARTED).number(Tag.PID, pid).build();
    }

    static byte[] notStarted(int errno) {
        return new MessageBuilder(MessageType.CALL_NOT_STARTED).number(Tag.ERRNO, errno).build();
    }

    static byte[] exited(int waitStatus) {
        return new MessageBuilder(MessageType.CALL_EXITED).number(Tag.WAIT_STATUS, waitStatus).build();
    }

    static byte[] resume(String call, int waitStatus) {
        return new MessageBuilder(MessageType.CALL_RESUME).text(Tag.CALL_ID, call).number(Tag.WAIT_STATUS, waitStatus).build();
    }
}
