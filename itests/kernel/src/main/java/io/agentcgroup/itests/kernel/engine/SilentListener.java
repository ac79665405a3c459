package io.agentcgroup.itests.kernel.engine;

import io.agentcgroup.api.engine.CallListener;

/** Somebody who does not want to know. */
final class SilentListener implements CallListener {

    @Override
    public void feedback(String line) {
        // Nobody listens.
    }

    @Override
    public void waiting(String reason, long atMostMs) {
        // Nobody waits.
    }
}
