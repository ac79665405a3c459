package io.agentcgroup.api.engine;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A session as somebody wants it; what is empty takes the configured default.
 */
public record SessionSpec(SessionName name, Optional<Priority> priority, int uid, int gid, OptionalLong memoryBudgetBytes,
        OptionalLong pidsBudget, Optional<LeftoverPolicy> leftovers) {
}
