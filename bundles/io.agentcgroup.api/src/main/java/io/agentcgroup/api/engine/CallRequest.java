package io.agentcgroup.api.engine;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.ToolCall;
import java.util.Optional;

/**
 * A call as it arrives. The parts have the meaning that they have in {@link ToolCall}.
 */
public record CallRequest(ToolCall.Kind kind, String shell, String command, boolean commandTruncated, String cwd,
        Optional<Hint> hint, int uid, int gid, int pid) {
}
