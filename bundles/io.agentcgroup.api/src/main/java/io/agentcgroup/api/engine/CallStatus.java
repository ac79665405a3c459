package io.agentcgroup.api.engine;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import java.util.List;

/**
 * A running call as it is now.
 *
 * @param leaderExited whether its first process has ended and only leftovers run
 * @param standing where it stands on the ladder
 * @param explanation why it got what it got, and what was done to it so far
 */
public record CallStatus(ToolCall call, Grant grant, List<Intent> intents, Usage usage, DomainEvents events,
        boolean leaderExited, Standing standing, Explanation explanation) {

    public CallStatus {
        intents = List.copyOf(intents);
    }
}
