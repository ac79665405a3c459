package io.agentcgroup.gateway.internal.call;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.gateway.internal.net.Peer;
import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.util.Optional;

/** {@code CALL_OPEN} in the words of the engine. Who calls is what the kernel says, not what the message says. */
final class CallRequests {

    private CallRequests() {
    }

    static CallRequest of(Message open, Peer peer) throws MalformedMessageException {
        open.require(Tag.SHELL);
        open.require(Tag.COMMAND);
        open.require(Tag.CWD);
        long fullBytes = Integer.toUnsignedLong(open.number(Tag.COMMAND_BYTES));
        return new CallRequest(kind(open.number(Tag.KIND)), open.text(Tag.SHELL), open.text(Tag.COMMAND),
                fullBytes > open.length(Tag.COMMAND), open.text(Tag.CWD), hint(open), peer.uid(), peer.gid(), peer.pid());
    }

    private static ToolCall.Kind kind(int number) throws MalformedMessageException {
        return switch (number) {
            case Protocol.KIND_SHELL -> ToolCall.Kind.SHELL;
            case Protocol.KIND_PREFIX -> ToolCall.Kind.PREFIX;
            case Protocol.KIND_EXEC -> ToolCall.Kind.EXEC;
            default -> throw new MalformedMessageException("there is no kind of call " + Integer.toUnsignedString(number));
        };
    }

    private static Optional<Hint> hint(Message open) throws MalformedMessageException {
        if (!open.has(Tag.HINT)) {
            return Optional.empty();
        }
        HintSource source = switch (open.number(Tag.HINT_SOURCE)) {
            case Protocol.HINT_ENVIRONMENT -> HintSource.ENVIRONMENT;
            case Protocol.HINT_COMMAND -> HintSource.COMMAND;
            case Protocol.HINT_OPTION -> HintSource.OPTION;
            default -> throw new MalformedMessageException("there is no such source of a hint");
        };
        return Optional.of(new Hint(open.text(Tag.HINT), source));
    }
}
