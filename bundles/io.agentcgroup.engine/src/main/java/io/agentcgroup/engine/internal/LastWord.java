package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.enforce.KernelAccount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said of a call's end, by what the kernel counted: to its agent as soon as its first process has ended, and to the journal when
 * nothing of it runs any more. Thread-safe.
 */
final class LastWord {

    private static final Logger LOG = LoggerFactory.getLogger(LastWord.class);

    private final EngineContext engine;
    private final OpenSession session;
    private final LiveCall call;
    private final long sessionOomsBefore;
    private final AtomicBoolean said = new AtomicBoolean();
    private final CompletableFuture<List<String>> answer = new CompletableFuture<>();
    private volatile Evidence evidence = Evidence.NONE;
    private volatile int leftovers;

    LastWord(EngineContext engine, OpenSession session, LiveCall call) {
        this.engine = engine;
        this.session = session;
        this.call = call;
        this.sessionOomsBefore = session.ooms();
    }

    /** @return completes with what the agent hears */
    CompletionStage<List<String>> answer() {
        return answer;
    }

    /** Answers whoever waits for the end of the leader, once. */
    void say(List<Word> more) {
        if (!said.compareAndSet(false, true)) {
            return;
        }
        evidence = readEvidence();
        List<Word> words = new ArrayList<>(call.life().neverStarted() ? List.of()
                : call.held().feedback().atEnd(evidence, call.treatment().endReason()));
        words.addAll(more);
        answer.complete(call.conversation().note(words));
    }

    /** So many processes were left running; what is told of them comes on top. */
    void leftOver(int processes, List<Word> more) {
        leftovers = processes;
        say(more);
    }

    private Evidence readEvidence() {
        try {
            Optional<KernelAccount> account = engine.enforcers().accounts().of(call.domain());
            Evidence events = new Evidence(call.domain().events(), Optional.empty(), 0, account);
            boolean quiet = !events.oomKilled() && events.events().pidsMax() == 0;
            return quiet ? events
                    : new Evidence(events.events(), Optional.of(call.domain().usage()), session.ooms() - sessionOomsBefore, account);
        } catch (CgroupException | IllegalStateException e) {
            LOG.warn("the counters of call {} cannot be read: {}", call.id(), e.getMessage());
            return Evidence.NONE;
        }
    }

    /** @return for the journal, as of now */
    Outcome outcome() {
        Usage usage = usage();
        // What was left running may have hit a limit since the answer.
        Evidence last = leftovers > 0 ? readEvidence() : evidence;
        CallLife life = call.life();
        Optional<WaitStatus> leader = life.waitStatus().isPresent()
                ? Optional.of(new WaitStatus(life.waitStatus().getAsInt())) : Optional.empty();
        long endedNs = life.leaderExitedNs().orElseGet(engine.clocks()::monotonicNs);
        return new Outcome(call.call(), call.grant(), call.held().record().intents(),
                last.end(leader, life.neverStarted(), call.treatment().endReason().isPresent(), !call.foundEmpty()),
                leader.map(WaitStatus::exitCode).orElse(OptionalInt.empty()),
                leader.map(WaitStatus::signal).orElse(OptionalInt.empty()),
                Duration.ofNanos(Math.max(0, endedNs - call.call().receivedMonotonicNs())), engine.clocks().now(), usage, last.events(),
                leftovers, call.conversation().told(), call.isAdopted(), last.account(), call.explanation(), call.memoryCurve());
    }

    private Usage usage() {
        try {
            return call.domain().usage();
        } catch (CgroupException | IllegalStateException e) {
            LOG.warn("the use of call {} cannot be read: {}", call.id(), e.getMessage());
            return Usages.UNKNOWN;
        }
    }
}
