package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.enforce.KernelAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedbackTest {

    private static List<String> texts(List<Word> words) {
        return words.stream().map(Word::text).toList();
    }

    private static final long MIB = 1L << 20;

    @Test
    void nothingIsSaidOfACallToWhichNothingHappened() {
        assertEquals(List.of(), texts(feedback(200, 0).atEnd(Evidence.NONE, Optional.empty())));
    }

    @Test
    void aCallAtItsOwnLimitHearsNumbersAndWhatWouldBeEnough() {
        assertEquals(List.of("Out of memory: this command was ended by the kernel after it used 198 MiB of its 200 MiB limit"
                + " (160 MiB wanted). Your session and other commands go on. Narrow the command (fewer files, fewer parallel jobs), or"
                + " declare what it needs: AGENT_RESOURCE_HINT=memory:400m <command> (at most 3840m in this session)."),
                texts(feedback(200, 3840).atEnd(killed(1, 198, 0), Optional.empty())));
    }

    @Test
    void programsAreToldTheSameNumbers() {
        assertEquals(Optional.of("{\"schema\":\"agentcgroup.feedback/v1\",\"event\":\"out-of-memory\",\"where\":\"call\",\"used_bytes\":207618048,"
                + "\"limit_bytes\":209715200,\"session_most_bytes\":4026531840,\"enough_bytes\":419430400,\"hint\":\"memory:400m\"}"),
                feedback(200, 3840).atEnd(killed(1, 198, 0), Optional.empty()).get(0).twin());
        assertEquals(Optional.of("{\"schema\":\"agentcgroup.feedback/v1\",\"event\":\"ended\",\"reason\":\"it \\\"hung\\\"\"}"),
                feedback(200, 0).atEnd(Evidence.NONE, Optional.of("it \"hung\"")).get(0).twin());
    }

    @Test
    void theHintOfferedIsNeverMoreThanTheSessionGives() {
        String line = texts(feedback(200, 300).atEnd(killed(1, 198, 0), Optional.empty())).get(0);
        assertEquals("AGENT_RESOURCE_HINT=memory:300m", line.replaceAll(".*(AGENT_RESOURCE_HINT=\\S+).*", "$1"));
    }

    @Test
    void aCallThatHadAllThereIsIsToldToGetSmaller() {
        String line = texts(feedback(300, 300).atEnd(killed(1, 299, 0), Optional.empty())).get(0);
        assertEquals("it had all the memory that a command of this session can have.", line.substring(line.lastIndexOf(": ") + 2));
    }

    @Test
    void theSessionsBudgetIsTheSessionsFault() {
        assertEquals(List.of("Out of memory: this command was ended by the kernel because the session used up its budget of 4 GiB; it"
                + " had used 98 MiB itself, within its own limit. Run fewer commands at once, end background processes that are no"
                + " longer needed, and try again."), texts(feedback(200, 0).atEnd(killed(0, 98, 1), Optional.empty())));
    }

    @Test
    void theHostIsNobodysFault() {
        assertEquals(List.of("Out of memory: this command was ended by the kernel because the host ran out of memory; it had used 98 MiB"
                + " itself, within its own limit. Try again later, or narrow the command."),
                texts(feedback(200, 0).atEnd(killed(0, 98, 0), Optional.empty())));
    }

    @Test
    void refusedForksAreNamedWithTheLimit() {
        Evidence evidence = new Evidence(new DomainEvents(0, 0, 0, 0, 0, 0, 3), Optional.empty(), 0);
        assertEquals(List.of("Too many processes: 3 attempts of this command to start a process or thread failed at its limit of 512."
                + " Use fewer parallel jobs (such as -j4); an error like \"Resource temporarily unavailable\" above comes from this."),
                texts(feedback(200, 0).atEnd(evidence, Optional.empty())));
    }

    @Test
    void whoeverEndedItSaysWhy() {
        assertEquals(List.of("This command was ended by AgentCgroup: the operator wanted it. Your session goes on."),
                texts(feedback(200, 0).atEnd(Evidence.NONE, Optional.of("the operator wanted it"))));
    }

    @Test
    void aStallIsToldWithNumbers() {
        assertEquals("This command has been held up for 12 s because it needs more memory than its soft limit of 100 MiB (it uses 101 MiB)."
                + " It goes on slowly. If it is too slow, stop it and narrow it, or declare more with AGENT_RESOURCE_HINT=memory:<n>g.",
                feedback(200, 0).stalled(Duration.ofSeconds(12), OptionalLong.of(101 * MIB)).text());
    }

    @Test
    void leftoversAreNamedAndWhatBecomesOfThem() {
        List<String> two = List.of("11 (node)", "12 (sh)");
        assertEquals("Still running in the background: 2 processes of this command: 11 (node), 12 (sh). All background processes of the"
                + " session share 1 GiB. End them with kill when they are no longer needed.",
                Feedback.leftovers(policy(LeftoverPolicy.Mode.ADOPT), two, OptionalLong.of(1024 * MIB)).text());
        assertEquals("Still running: 1 process of this command: 11 (node). They are ended in 60 s.",
                Feedback.leftovers(policy(LeftoverPolicy.Mode.KEEP), two.subList(0, 1), OptionalLong.empty()).text());
        assertEquals("Ended, because this session keeps nothing running after a command: 2 processes of this command: 11 (node), 12 (sh).",
                Feedback.leftovers(policy(LeftoverPolicy.Mode.REAP), two, OptionalLong.empty()).text());
    }

    @Test
    void manyLeftoversAreCounted() {
        List<String> many = IntStream.range(0, 30).mapToObj(Integer::toString).toList();
        assertEquals("Ended, because this session keeps nothing running after a command: 30 processes of this command: 0, 1, 2, 3, 4, 5, 6,"
                + " 7 and 22 more.", Feedback.leftovers(policy(LeftoverPolicy.Mode.REAP), many, OptionalLong.empty()).text());
    }

    private static LeftoverPolicy policy(LeftoverPolicy.Mode mode) {
        return new LeftoverPolicy(mode, Duration.ofMinutes(1));
    }

    @Test
    void aCallThatWasKeptWaitingForLongHearsForHowLong() {
        assertEquals(List.of("This command was kept waiting for 6 s in all, in short pieces, because it took memory while a more"
                + " important session ran short of it. Nothing is wrong with the command; at another time it takes less."),
                texts(feedback(200, 0).atEnd(slowed(Duration.ofSeconds(4), Duration.ofMillis(2_500)), Optional.empty())));
    }

    @Test
    void aShortWaitIsNotWorthALine() {
        assertEquals(List.of(), texts(feedback(200, 0).atEnd(slowed(Duration.ofSeconds(3), Duration.ofMillis(1_999)), Optional.empty())));
    }

    private static Evidence slowed(Duration held, Duration delayed) {
        return new Evidence(DomainEvents.ZERO, Optional.empty(), 0,
                Optional.of(new KernelAccount(1, 1, 1, 0, 20, held, 300, delayed)));
    }

    private static Feedback feedback(long limitMib, long mostMib) {
        Session session = new Session(new SessionName("s"), Priority.NORMAL, 0, 0, OptionalLong.of(4096 * MIB), OptionalLong.empty(),
                LeftoverPolicy.DEFAULT, Instant.EPOCH);
        Limits limits = Limits.builder().memoryHighBytes(100 * MIB).memoryMaxBytes(limitMib * MIB).pidsMax(512).build();
        return new Feedback(session, new Grant(limits, Placement.CALL, "fixed", "160 MiB wanted"),
                mostMib > 0 ? OptionalLong.of(mostMib * MIB) : OptionalLong.empty(), Duration.ofSeconds(5));
    }

    private static Evidence killed(long oom, long peakMib, long sessionOoms) {
        OptionalLong no = OptionalLong.empty();
        Usage usage = new Usage(no, OptionalLong.of(peakMib * MIB), no, no, no, no, no, no, no, no, no, no, no, no, no);
        return new Evidence(new DomainEvents(0, 0, 0, oom, 2, 1, 0), Optional.of(usage), sessionOoms);
    }
}
