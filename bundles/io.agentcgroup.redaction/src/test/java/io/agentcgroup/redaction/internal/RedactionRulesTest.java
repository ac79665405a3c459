package io.agentcgroup.redaction.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionRulesTest {

    /** Far more than it takes, on a machine that does much else; a rule that tries again and again takes years. */
    private static final Duration LINEAR = Duration.ofSeconds(10);

    private static RedactionConfig config(boolean builtIn, String... rules) {
        return (RedactionConfig) Proxy.newProxyInstance(RedactionRulesTest.class.getClassLoader(), new Class<?>[] {RedactionConfig.class},
                (proxy, method, arguments) -> method.getName().equals("built_in") ? (Object) builtIn : rules);
    }

    private static RedactionRules rules(boolean builtIn, String... rules) {
        return new RedactionRules(config(builtIn, rules), Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            mysql --password=hunter2 -e 'select 1'          | mysql --password=[redacted] -e 'select 1'
            tool --api-key 'a b c' run                      | tool --api-key [redacted] run
            tool --db-password "x y" && ls                  | tool --db-password [redacted] && ls
            AWS_SECRET_ACCESS_KEY=abc/def+1 aws s3 ls       | AWS_SECRET_ACCESS_KEY=[redacted] aws s3 ls
            export GITHUB_TOKEN="abc"; make                 | export GITHUB_TOKEN=[redacted]; make
            OPENAI_API_KEY=x python a.py                    | OPENAI_API_KEY=[redacted] python a.py
            curl -H 'Authorization: Bearer abc.def' http://x | curl -H 'Authorization: Bearer [redacted]' http://x
            curl -H "Authorization: token abc" http://x     | curl -H "Authorization: token [redacted]" http://x
            git clone https://me:s3cret@example.org/x.git   | git clone https://me:[redacted]@example.org/x.git
            curl -s -u me:s3cret https://example.org        | curl -s -u me:[redacted] https://example.org
            sshpass -p abc ssh host                         | sshpass -p [redacted] ssh host
            echo ghp_0123456789abcdefABCD                   | echo [redacted]
            echo sk-ant-api03-0123456789abcdef              | echo [redacted]
            aws configure set x AKIAIOSFODNN7EXAMPLE        | aws configure set x [redacted]
            curl -d '{"password": "a b", "user": "me"}' x   | curl -d '{"password": "[redacted]", "user": "me"}' x
            x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.abc-_9 y | x [redacted] y
            """)
    void secretsAreTakenOutByTheirForm(String command, String shown) {
        assertEquals(shown, rules(true).redact(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytest -k token tests/test_password.py", "git log --author=me", "grep -rn 'password' src", "make -j4 V=1",
        "docker run -p 80:80 x", "git clone https://example.org/x.git", "npm install --token-count", "cat secrets.md", "PATH=/usr/bin:$PATH ls",
        "ssh -p 22 me@host", "echo $GITHUB_TOKEN"})
    void whatIsNoSecretStaysAsItIs(String command) {
        assertSame(command, rules(true).redact(command));
    }

    @Test
    void aPrivateKeyIsTakenOutWholeEvenWhenItsEndWasCutOff() {
        String key = "cat <<E\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n";

        assertEquals("cat <<E\n-----BEGIN RSA PRIVATE KEY-----[redacted]", rules(true).redact(key));
        assertEquals("cat <<E\n-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nE",
                rules(true).redact(key + "-----END RSA PRIVATE KEY-----\nE"));
    }

    @Test
    void aRuleOfTheOperatorTakesOutItsGroupOrItsMatch() {
        RedactionRules rules = rules(false, "# a comment\n--pin (?P<secret>[0-9]+)\n\n INTERNAL-[0-9]{6} ", "abc");

        assertEquals("x --pin [redacted] [redacted] [redacted]d --password=y", rules.redact("x --pin 1234 INTERNAL-123456 abcd --password=y"));
        assertEquals("0 built-in rules, 3 of the operator", rules.status().reason());
        assertTrue(rules.status().available());
    }

    @Test
    void aBadRuleIsRefusedByFileRuleAndReasonAndTheOldOnesStay() {
        RedactionRules rules = rules(false, "first");
        rules.use(config(true, "good", "(bad"), Map.of("felix.fileinstall.filename", "file:/etc/agentcgroup/x.config"));

        assertFalse(rules.status().available());
        String reason = rules.status().reason();
        assertTrue(reason.contains("/etc/agentcgroup/x.config") && reason.contains("rule 2, (bad: ") && reason.contains("missing closing )"), reason);
        assertEquals("[redacted] good --password=x", rules.redact("first good --password=x"));

        rules.use(config(false, "second"), Map.of());
        assertTrue(rules.status().available());
        assertEquals("first [redacted]", rules.redact("first second"), "what was remembered of the old rules is forgotten");
    }

    @Test
    void whileTheFirstRulesAreBadTheBuiltInOnesHold() {
        assertEquals("--password=[redacted]", rules(false, "(bad").redact("--password=x"));
    }

    /** They are compiled when a text needs them, too late to be told of a bad one. */
    @Test
    void theBuiltInRulesWouldBeTakenFromAnOperator() throws RuleException {
        List<Rule> builtIn = RuleSet.builtInOnly().rules();

        assertEquals(11, builtIn.size());
        for (Rule rule : builtIn) {
            rule.check();
        }
        assertTrue(rules(true, "one").status().available(), "all together are small enough to leave room");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x*                                | matches the empty text
            (?:(?:a{10}){20}){30}             | too large, with
            (?:(?:a{1000}){1000}){1000}       | too large: use smaller counts
            (?=look)ahead                     | no RE2 expression
            """)
    void aRuleThatCouldHurtIsRefused(String rule, String why) {
        String reason = rules(true, rule).status().reason();
        assertTrue(reason.contains(why), reason);
    }

    @Test
    void rulesThatAreTooManyOrTooLongAreRefused() {
        assertTrue(rules(true, "a\n".repeat(101)).status().reason().contains("at most 100"));
        assertTrue(rules(true, "a".repeat(1_001)).status().reason().contains("at most 1000"));
        assertTrue(rules(true, "a{900}\n".repeat(10)).status().reason().contains("together"));
    }

    @Test
    void noTextTakesLong() {
        RedactionRules rules = rules(true, "(a+)+$", "(?:a|aa)+b", "(x+x+)+y", ".*.*=.*;");
        Random random = new Random(7);
        StringBuilder mixed = new StringBuilder();
        String letters = "aAxyT_KEN=:'\"/@-. \n";
        while (mixed.length() < RedactionRules.LONGEST_TEXT) {
            mixed.append(letters.charAt(random.nextInt(letters.length())));
        }
        assertTimeout(LINEAR, () -> {
            rules.redact("a".repeat(RedactionRules.LONGEST_TEXT));
            rules.redact("x".repeat(RedactionRules.LONGEST_TEXT));
            rules.redact("TOKEN_".repeat(RedactionRules.LONGEST_TEXT / 6));
            rules.redact(mixed.toString());
        });
    }

    @Test
    void aTextBeyondTheBoundIsCutNotPassedThrough() {
        String redacted = rules(true).redact("x".repeat(RedactionRules.LONGEST_TEXT) + " --password=y");

        assertEquals(RedactionRules.LONGEST_TEXT + "[...]".length(), redacted.length());
    }
}
