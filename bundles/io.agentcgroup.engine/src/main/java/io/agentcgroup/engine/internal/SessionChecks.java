package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.engine.SessionSpec;
import java.util.OptionalLong;

/** Whether a session as somebody wants it makes sense. Each throws {@link IllegalArgumentException} with a sentence for people. */
final class SessionChecks {

    private SessionChecks() {
    }

    static void check(SessionSpec spec, OptionalLong hostBudget) {
        if (spec.uid() < 0 || spec.gid() < 0) {
            throw new IllegalArgumentException("uid and gid of a session cannot be negative");
        }
        long memory = spec.memoryBudgetBytes().orElse(Settings.LEAST_BUDGET_BYTES);
        if (memory < Settings.LEAST_BUDGET_BYTES) {
            throw new IllegalArgumentException("a session needs at least " + Quantity.formatBytes(Settings.LEAST_BUDGET_BYTES)
                    + " of memory, not " + Quantity.formatBytes(memory));
        }
        if (spec.memoryBudgetBytes().isPresent() && memory > hostBudget.orElse(Long.MAX_VALUE)) {
            throw new IllegalArgumentException("all sessions together may use " + Quantity.formatBytes(hostBudget.getAsLong())
                    + " of this host, so one cannot have " + Quantity.formatBytes(memory));
        }
        if (spec.pidsBudget().orElse(Settings.LEAST_PIDS) < Settings.LEAST_PIDS) {
            throw new IllegalArgumentException("a session needs at least " + Settings.LEAST_PIDS + " processes and threads, not "
                    + spec.pidsBudget().getAsLong());
        }
    }

    static void sameOwner(Session there, SessionSpec spec) {
        if (there.uid() != spec.uid()) {
            throw new IllegalArgumentException("session " + spec.name() + " is open for user " + there.uid() + ", not for user "
                    + spec.uid());
        }
    }
}
