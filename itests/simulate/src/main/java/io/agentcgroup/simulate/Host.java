package io.agentcgroup.simulate;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/** Where sessions run: with an engine at the gate, or without. */
interface Host extends AutoCloseable {

    /** @return the started process of the session's agent, in a session of its own */
    Task agent(Member member, List<Task.Step> steps, IntConsumer exited);

    /**
     * One tool call of a session that is there.
     *
     * @param command what intent providers see
     * @param peakBytes what it may declare
     * @param waited told for how many nanoseconds it waited at the gate, when it begins
     * @param over told of its end, with the status as {@code waitpid} gives it
     */
    void call(Member member, String command, long peakBytes, List<Task.Step> steps, LongConsumer waited, IntConsumer over);

    /** The session's agent has ended. */
    void left(Member member);

    @Override
    void close();
}
