package io.agentcgroup.api.journal;

import io.agentcgroup.api.Outcome;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of each call that ended, once its line is in the journal. An OSGi service; the journal finds it.
 *
 * <pre>{@code
 * @Component
 * public final class Bell implements OutcomeListener {
 *     public void ended(Outcome outcome) {
 *         if (outcome.end() == Outcome.End.OOM_KILLED) {
 *             ring();
 *         }
 *     }
 * }
 * }</pre>
 */
@ConsumerType
public interface OutcomeListener {

    /**
     * A call is over. Comes in the order of the journal, one at a time, on a thread of the journal's: a listener that takes long
     * holds up other listeners, and loses outcomes, but no call and no line. What it throws is logged.
     *
     * @param outcome as it was journalled: without what the operator's rules take out
     */
    void ended(Outcome outcome);
}
