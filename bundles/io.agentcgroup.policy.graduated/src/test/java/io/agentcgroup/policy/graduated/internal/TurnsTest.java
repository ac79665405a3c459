package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.policy.graduated.internal.Moments.MIB;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The isolation experiment on paper: three agents that together want more memory than there is, each one long call of which nothing is known,
 * with no swap: what is taken comes back only when its owner gives it.
 */
class TurnsTest {

    /** Memory of two recorded agents, MB, a value a second; 100 MB more for each, as in the experiment. */
    private static final long[] HIGH = curve("11 185 180 181 182 182 183 187 187 157 160 161 161 161 162 163 167 167 166 165 166 167 171 170 171 171"
            + " 176 198 177 177 184 186 187 187 190 198 197 197 259 284 243 291 320 314 286 283 254 191 191 191 192 193 194 195 195 195 196 196 196 196"
            + " 198 198 200 198 198 198 199 199 199 199 202 202 202 201 202 202 206 206 205 208 208 205 208 208 209 209 209 207 207 207 209 209 214 216"
            + " 216");
    private static final long[] LOW = curve("12 184 193 195 195 195 195 193 193 194 194 196 196 196 196 159 158 164 166 166 165 164 164 166 166 166 166 166"
            + " 167 167 168 230 170 170 175 177 177 178 176 185 245 187 186 186 189 189 198 199 199 204 204 247 295 299 299 299 299 298 298 298 298 298"
            + " 205 206 208 208 208 208 206 206 206 207 207 273 305 305 305 305 305 305 305 305 304 208 208 208 208 208 208 208 208 208 212 214 215 215"
            + " 217 217 217");
    /** Five times faster than recorded. */
    private static final int STEP_MS = 200;
    private static final long GUESS = 320 * MIB;
    private static final Grant UNKNOWN = new Grant(Limits.NONE, Placement.CALL, "graduated", "");

    private final GraduatedPolicy policy = GraduatedPolicy.configured(Map.of());

    private record Result(HostModel host, HostModel.Process high, HostModel.Process first, HostModel.Process second) {

        boolean allSurvive() {
            return !high.killed && !first.killed && !second.killed;
        }
    }

    private Result run(long budgetMib) {
        return run(budgetMib, UNKNOWN, UNKNOWN);
    }

    private Result run(long budgetMib, Grant ofHigh, Grant ofLow) {
        HostModel host = new HostModel(policy, budgetMib, 150);
        Result result = new Result(host,
                host.add(Moments.session("high", Priority.HIGH, 0), "high", ofHigh, HIGH, STEP_MS),
                host.add(Moments.session("low-1", Priority.LOW, 0), "low-1", ofLow, LOW, STEP_MS),
                host.add(Moments.session("low-2", Priority.LOW, 0), "low-2", ofLow, LOW, STEP_MS));
        host.run(200_000);
        return result;
    }

    @Test
    void withAmpleMemoryNobodyIsHeldBack() {
        Result result = run(4_000);
        assertTrue(result.allSurvive());
        assertTrue(result.host().log().isEmpty(), () -> String.join("\n", result.host().log()));
    }

    /** The smaller of the low ones stands back for the larger one's height as well, and is the later for it. */
    @Test
    void withATenthLessThanAllWantAllSurviveAndTheHighOneIsNotTouched() {
        Result ample = run(4_000);
        Result tight = run(1_100_000_000 / MIB);
        String log = String.join("\n", tight.host().log());
        assertTrue(tight.allSurvive(), log);
        assertTrue(tight.high().endedMs <= ample.high().endedMs * 1.02, log);
        assertTrue(tight.first().endedMs <= ample.first().endedMs * 1.4 && tight.second().endedMs <= ample.second().endedMs * 1.4,
                () -> tight.first().endedMs + " and " + tight.second().endedMs + " instead of " + ample.first().endedMs + "\n" + log);
        assertTrue(tight.first().longestFreezeMs() <= 2_050 && tight.second().longestFreezeMs() <= 2_050);
    }

    /** With 950 MB both low ones cannot be at their height while the high one lives: one has to wait for it, which no policy can change. */
    @Test
    void withAQuarterLessAllSurviveAndTheHighOneIsNotTouched() {
        Result ample = run(4_000);
        Result tight = run(950_000_000 / MIB);
        String log = String.join("\n", tight.host().log());
        assertTrue(tight.allSurvive(), log);
        assertTrue(tight.high().endedMs <= ample.high().endedMs * 1.02, log);
        assertTrue(Math.max(tight.first().endedMs, tight.second().endedMs) <= ample.first().endedMs * 2.2,
                () -> tight.first().endedMs + " and " + tight.second().endedMs + " instead of " + ample.first().endedMs + "\n" + log);
        assertFalse(tight.host().log().isEmpty());
        assertTrue(tight.first().longestFreezeMs() <= 2_050 && tight.second().longestFreezeMs() <= 2_050);
    }

    /** As the shipped rules guess of any command. */
    @Test
    void aGuessThatIsTooLowCostsNobodyItsLife() {
        Grant high = guessed(Limits.NONE);
        Grant low = guessed(Limits.builder().memoryHighBytes(GUESS).memoryMaxBytes(4 * GUESS).build());
        Result ample = run(4_000);
        for (long budget : new long[] {1_100_000_000 / MIB, 950_000_000 / MIB}) {
            Result tight = run(budget, high, low);
            String log = String.join("\n", tight.host().log());
            assertTrue(tight.allSurvive(), log);
            assertTrue(tight.high().endedMs <= ample.high().endedMs * 1.02, log);
        }
    }

    private static Grant guessed(Limits limits) {
        return new Grant(limits, Placement.CALL, OptionalLong.of(GUESS), "graduated", "");
    }

    private static long[] curve(String megabytes) {
        return Arrays.stream(megabytes.split(" ")).mapToLong(mb -> (Long.parseLong(mb) + 100) * 1_000_000).toArray();
    }
}
