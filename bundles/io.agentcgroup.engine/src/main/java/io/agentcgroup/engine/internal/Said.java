package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Intent;
import java.util.ArrayList;
import java.util.List;

/**
 * What one provider said.
 *
 * @param advisory whether it passes on what the agent says
 */
record Said(Intent intent, boolean advisory) {

    static List<Intent> intents(List<Said> all) {
        List<Intent> intents = new ArrayList<>(all.size());
        for (Said said : all) {
            intents.add(said.intent());
        }
        return intents;
    }
}
