package io.agentcgroup.api.policy;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Pressure;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what a call gets and what happens under pressure. An OSGi service; the one with the highest service ranking
 * decides the next call, so it can be replaced while calls run.
 *
 * <pre>{@code
 * @Component(property = "service.ranking:Integer=1000")
 * public final class HalfForEach implements AdaptivePolicy {
 *     public String name() { return "half-for-each"; }
 *     public Decision admit(AdmissionRequest request) {
 *         long half = request.session().ceilingBytes(request.state().host()).orElse(4L << 30) / 2;
 *         Limits limits = Limits.builder().memoryMaxBytes(half).oomGroup(true).build();
 *         return Decision.admit(new Grant(limits, Placement.CALL, name(), "half of what the session can have"));
 *     }
 * }
 * }</pre>
 *
 * <p>A policy is pure: no I/O, no state that a replacement would lose, same input same answer; all there is to know is in what it is asked
 * with. It is called from many threads at once and must answer in well under a millisecond. One that throws, takes too long or
 * answers nonsense is reported, and the engine's safe default decides; when that happens again and again, the next in ranking takes
 * over.
 */
@ConsumerType
public interface AdaptivePolicy {

    /** @return short and stable, such as {@code fixed} */
    String name();

    /** @return what the call gets, or that it has to wait */
    Decision admit(AdmissionRequest request);

    /** @return what to do about it, in order; empty for nothing */
    default List<Action> react(Pressure pressure, PolicyState state) {
        return List.of();
    }
}
