package io.agentcgroup.engine.internal;

import static io.agentcgroup.api.Quantity.formatBytes;
import static io.agentcgroup.api.Quantity.hintBytes;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What agents are told, in plain words with numbers: what happened, why, and what can be done. Pure.
 *
 * @param session whose agent it is
 * @param grant what the call was given
 * @param mostMemoryBytes what a call of this session can be given at most; empty when nothing bounds it
 * @param slowedTold a call that was kept waiting for that long is told
 */
record Feedback(Session session, Grant grant, OptionalLong mostMemoryBytes, Duration slowedTold) {

    private static final int NAMES_SHOWN = 8;
    /** What was not enough says little about what is: double it. */
    private static final int ENOUGH_FACTOR = 2;

    /** @return what is worth saying about how a call ended; usually nothing */
    List<Word> atEnd(Evidence evidence, Optional<String> endedBecause) {
        List<Word> words = new ArrayList<>();
        evidence.shortage().ifPresent(where -> words.add(outOfMemory(where, evidence)));
        if (evidence.events().pidsMax() > 0) {
            words.add(Word.of(atItsProcessLimit(evidence), Word.event("processes-refused").put("refused", evidence.events().pidsMax())
                    .put("limit", grant.limits().pidsMax())));
        }
        if (evidence.slowed().compareTo(slowedTold) >= 0) {
            words.add(Word.of(keptWaiting(evidence.slowed()), Word.event("kept-waiting").put("waited_ms", evidence.slowed().toMillis())));
        }
        endedBecause.filter(reason -> !evidence.oomKilled())
                .ifPresent(reason -> words.add(Word.of("This command was ended by AgentCgroup: " + reason + ". Your session goes on.",
                        Word.event("ended").put("reason", reason))));
        return words;
    }

    private Word outOfMemory(Evidence.Shortage where, Evidence evidence) {
        JsonMap event = Word.event("out-of-memory").put("where", where.name().toLowerCase(Locale.ROOT)).put("used_bytes", evidence.peakBytes())
                .put("limit_bytes", grant.limits().memoryMaxBytes()).put("session_most_bytes", mostMemoryBytes);
        return switch (where) {
            case CALL -> Word.of(atItsOwnLimit(evidence), enough().isEmpty() ? event : event.put("enough_bytes", enough())
                    .put("hint", "memory:" + hintBytes(enough().getAsLong())));
            case SESSION -> Word.of(atTheSessionsBudget(evidence), event.put("session_budget_bytes", session.memoryBudgetBytes()));
            case HOST -> Word.of(onTheHost(evidence), event);
        };
    }

    private static String keptWaiting(Duration slowed) {
        return "This command was kept waiting for " + slowed.toSeconds() + " s in all, in short pieces, because it took memory while a more"
                + " important session ran short of it. Nothing is wrong with the command; at another time it takes less.";
    }

    private String atItsOwnLimit(Evidence evidence) {
        long limit = grant.limits().memoryMaxBytes().orElse(Limits.UNLIMITED);
        return "Out of memory: this command was ended by the kernel after it used " + used(evidence, limit) + " of its "
                + formatBytes(limit) + " limit (" + grant.reason() + "). Your session and other commands go on. " + advice();
    }

    /** @return what may be enough for a call that ran out of its own memory; empty when it had all that a call can have */
    private OptionalLong enough() {
        long limit = grant.limits().memoryMaxBytes().orElse(Limits.UNLIMITED);
        long enough = Math.min(limit > Long.MAX_VALUE / ENOUGH_FACTOR ? limit : limit * ENOUGH_FACTOR,
                mostMemoryBytes.orElse(Long.MAX_VALUE));
        return enough <= limit ? OptionalLong.empty() : OptionalLong.of(enough);
    }

    private String advice() {
        String narrow = "Narrow the command (fewer files, fewer parallel jobs)";
        if (enough().isEmpty()) {
            return narrow + ": it had all the memory that a command of this session can have.";
        }
        return narrow + ", or declare what it needs: AGENT_RESOURCE_HINT=memory:" + hintBytes(enough().getAsLong()) + " <command>"
                + mostMemoryBytes.stream().mapToObj(most -> " (at most " + hintBytes(most) + " in this session).")
                        .findFirst().orElse(".");
    }

    private String atTheSessionsBudget(Evidence evidence) {
        return "Out of memory: this command was ended by the kernel because the session used up its budget of "
                + session.memoryBudgetBytes().stream().mapToObj(Quantity::formatBytes).findFirst().orElse("memory")
                + "; it had used " + used(evidence, 0) + " itself, within its own limit. "
                + "Run fewer commands at once, end background processes that are no longer needed, and try again.";
    }

    private String onTheHost(Evidence evidence) {
        return "Out of memory: this command was ended by the kernel because the host ran out of memory; it had used "
                + used(evidence, 0) + " itself, within its own limit. Try again later, or narrow the command.";
    }

    private static String used(Evidence evidence, long otherwise) {
        return evidence.peakBytes().isPresent() ? formatBytes(evidence.peakBytes().getAsLong())
                : otherwise > 0 ? formatBytes(otherwise) : "some";
    }

    private String atItsProcessLimit(Evidence evidence) {
        return "Too many processes: " + evidence.events().pidsMax() + (evidence.events().pidsMax() == 1 ? " attempt" : " attempts")
                + " of this command to start a process or thread failed at its limit of "
                + grant.limits().pidsMax().stream().mapToObj(Long::toString).findFirst().orElse("the session")
                + ". Use fewer parallel jobs (such as -j4); an error like \"Resource temporarily unavailable\" above comes from this.";
    }

    /** @return what is told while a call waits at the gate */
    static String waits(String reason, int place, int of, long atMostMs) {
        return "Waiting to start: " + reason + (of > 1 ? " (place " + place + " of " + of + ")" : "") + ". It starts as soon as there is room, in "
                + Math.max(1, atMostMs / 1_000) + " s at the latest.";
    }

    /** @return what is told in the middle of a call that is held up at {@code memory.high} */
    Word stalled(Duration stalled, OptionalLong currentBytes) {
        return Word.of(heldUp(stalled, currentBytes), Word.event("held-up").put("stalled_ms", stalled.toMillis())
                .put("soft_limit_bytes", grant.limits().memoryHighBytes()).put("used_bytes", currentBytes));
    }

    private String heldUp(Duration stalled, OptionalLong currentBytes) {
        return "This command has been held up for " + stalled.toSeconds() + " s because it needs more memory than its soft limit of "
                + formatBytes(grant.limits().memoryHighBytes().orElse(Limits.UNLIMITED))
                + currentBytes.stream().mapToObj(bytes -> " (it uses " + formatBytes(bytes) + ")").findFirst().orElse("")
                + ". It goes on slowly. If it is too slow, stop it and narrow it, or declare more with AGENT_RESOURCE_HINT=memory:<n>g.";
    }

    /**
     * @param processes such as {@code 4711 (node)}
     * @param backgroundBytes the memory of {@code background/}, if it is bounded
     */
    static Word leftovers(LeftoverPolicy policy, List<String> processes, OptionalLong backgroundBytes) {
        JsonMap event = Word.event("left-running").put("processes", processes.size())
                .put("then", policy.mode().name().toLowerCase(Locale.ROOT)).put("shared_bytes", backgroundBytes);
        return Word.of(leftRunning(policy, processes, backgroundBytes),
                policy.mode() == LeftoverPolicy.Mode.KEEP ? event.put("kept_ms", policy.keepFor().toMillis()) : event);
    }

    private static String leftRunning(LeftoverPolicy policy, List<String> processes, OptionalLong backgroundBytes) {
        String who = processes.size() + (processes.size() == 1 ? " process" : " processes") + " of this command: " + listed(processes);
        return switch (policy.mode()) {
            case ADOPT -> "Still running in the background: " + who + "."
                    + backgroundBytes.stream().mapToObj(bytes -> " All background processes of the session share " + formatBytes(bytes) + ".")
                            .findFirst().orElse("") + " End them with kill when they are no longer needed.";
            case KEEP -> "Still running: " + who + ". They are ended in " + policy.keepFor().toSeconds() + " s.";
            case REAP -> "Ended, because this session keeps nothing running after a command: " + who + ".";
        };
    }

    private static String listed(List<String> processes) {
        String shown = processes.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        return processes.size() > NAMES_SHOWN ? shown + " and " + (processes.size() - NAMES_SHOWN) + " more" : shown;
    }
}
