package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Intent;
import java.util.List;

/**
 * What one provider said.
 *
 * @param advisory whether it passes on what the agent says
 */
record Said(Intent intent, boolean advisory) {

    static List<Intent> intents(List<Said> all) {
        return all.stream().map(Said::intent).toList();
    }
}
