package io.agentcgroup.api.engine;

import io.agentcgroup.api.CallId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A call that was granted and not yet finished. Its domain stands, its limits are in force. Thread-safe; after one of
 * {@link #notStarted}, {@link #exited} or {@link #abandoned} the others do nothing.
 */
@ProviderType
public interface OpenCall {

    /** @return its identity */
    CallId id();

    /** @return the open directory to be born in; valid until {@link #started} or {@link #notStarted} returns */
    int directoryDescriptor();

    /** @return the value for the first process's {@code oom_score_adj}, -1000 to 1000 */
    int oomScoreAdj();

    /**
     * @return the scheduling policy for the first process, inherited by all below it, as {@code sched_setscheduler(2)} takes it;
     *         empty: as whoever starts it
     */
    default OptionalInt schedulingPolicy() {
        return OptionalInt.empty();
    }

    /** @return what the agent should be told before the command runs; usually empty */
    List<String> notices();

    /**
     * @param line what the agent was told, or is to be: of {@link #notices}, of {@link #exited}, or through {@link CallListener#feedback}
     * @return the same for programs: one JSON object with schema {@code agentcgroup.feedback/v1}; empty when the line is all there is
     */
    default Optional<String> twin(String line) {
        return Optional.empty();
    }

    /** The first process was born in the domain; birth permissions end here. */
    void started(int pid);

    /** The first process could not be made. */
    void notStarted(int errno);

    /**
     * The first process ended.
     *
     * @param waitStatus as {@code waitpid} gives it
     * @return completes with what the agent should be told, soon: it does not wait for leftovers to end
     */
    CompletionStage<List<String>> exited(int waitStatus);

    /** Whoever started the call vanished without a word; the call goes on until its domain is empty. */
    void abandoned();
}
