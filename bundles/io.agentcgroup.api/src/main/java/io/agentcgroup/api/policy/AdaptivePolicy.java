package io.agentcgroup.api.policy;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Pressure;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what a call gets and what happens under pressure. An OSGi service; the one with the highest service ranking
 * decides the next call, so it can be replaced while calls run.
 *
 * <p>A policy is pure: no I/O, no state that a replacement would lose, same input same answer. It is called from many threads at
 * once and must answer in well under a millisecond. An exception is reported, and the engine's safe default decides.
 */
@ConsumerType
public interface AdaptivePolicy {

    /** @return short and stable, such as {@code fixed} */
    String name();

    /** @return what the call gets */
    Grant admit(AdmissionRequest request);

    /** @return what to do about it, in order; empty for nothing */
    default List<Action> react(Pressure pressure, PolicyState state) {
        return List.of();
    }
}
