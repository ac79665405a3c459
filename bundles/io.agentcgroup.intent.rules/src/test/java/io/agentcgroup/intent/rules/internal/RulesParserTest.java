package io.agentcgroup.intent.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesParserTest {

    @Test
    void readsAllValues() throws RulesException {
        List<Rule> rules = RulesParser.parse("""
                # a comment

                (a|b) c -> memory=2g cpu=1.5 duration=5m pids=64
                  x ->  placement=service
                """);
        assertEquals(2, rules.size());
        Rule rule = rules.get(0);
        assertEquals(3, rule.line());
        assertEquals(OptionalLong.of(2L << 30), rule.memoryBytes());
        assertEquals(OptionalDouble.of(1.5), rule.cpuCores());
        assertEquals(Optional.of(Duration.ofMinutes(5)), rule.duration());
        assertEquals(OptionalLong.of(64), rule.pidsMax());
        assertEquals(Optional.of(Placement.SERVICE), rules.get(1).placement());
    }

    @Test
    void aPatternBeginsAtTheProgramAndEndsWithAWord() throws RulesException {
        Rule git = RulesParser.parse("git|hg -> memory=1m").get(0);
        assertTrue(git.matches("git"));
        assertTrue(git.matches("git status"));
        assertTrue(git.matches("hg"));
        assertFalse(git.matches("gitk"));
        assertFalse(git.matches("echo git"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "pytest;line 2: a rule is: pattern -> key=value ...",
        "-> memory=2g;line 2: a rule is: pattern -> key=value ...",
        "( -> memory=2g;line 2: not a regular expression: error parsing regexp: missing closing ): `(`",
        "a -> memory=lots;line 2: memory is a size such as 512m or 2g, not \"lots\"",
        "a -> memory=0m;line 2: memory is a size such as 512m or 2g, not \"0m\"",
        "a -> cpu=-1;line 2: cpu is a number of CPUs such as 1.5, not \"-1\"",
        "a -> duration=5;line 2: duration is a time such as 30s, 5m or 2h, not \"5\"",
        "a -> pids=x;line 2: pids is a number, not \"x\"",
        "a -> placement=here;line 2: placement is call or service, not \"here\"",
        "a -> colour=red;line 2: \"colour=red\" is none of memory=, cpu=, duration=, pids=, placement=",
    })
    void aBadLineIsNamedWithItsReason(String line, String message) {
        assertEquals(message, assertThrows(RulesException.class, () -> RulesParser.parse("# first\n" + line)).getMessage());
    }

    @Test
    void parenthesesMustBalanceWithinThePattern() {
        String message = assertThrows(RulesException.class, () -> RulesParser.parse("a)(b -> memory=2g")).getMessage();
        assertTrue(message.startsWith("line 1: not a regular expression: "), message);
    }

    @Test
    void thereIsABoundOfRules() {
        assertThrows(RulesException.class, () -> RulesParser.parse("a -> memory=1m\n".repeat(RulesParser.MOST_RULES + 1)));
    }
}
