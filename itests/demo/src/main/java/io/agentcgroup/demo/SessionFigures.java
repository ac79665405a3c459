package io.agentcgroup.demo;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the kernel counted for a session as a whole, its calls included.
 *
 * @param memoryPeakBytes {@code memory.peak}
 * @param oomKills {@code oom_kill} of {@code memory.events}
 * @param memoryMaxHits {@code max} of {@code memory.events}
 * @param pidsMaxHits {@code max} of {@code pids.events}
 */
record SessionFigures(OptionalLong memoryPeakBytes, OptionalLong oomKills, OptionalLong memoryMaxHits,
        OptionalLong pidsMaxHits) {

    static final SessionFigures UNKNOWN = new SessionFigures(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
            OptionalLong.empty());

    static SessionFigures read(ControlGroup session) throws IOException {
        Map<String, Long> memory = session.counters("memory.events");
        return new SessionFigures(session.number("memory.peak"), count(memory, "oom_kill"), count(memory, "max"),
                count(session.counters("pids.events"), "max"));
    }

    private static OptionalLong count(Map<String, Long> counters, String name) {
        Long value = counters.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
