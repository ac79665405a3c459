package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code agentcgroup policy} and {@code gogo}, as an operator types them. */
class PolicyCommandIT {

    /** One for all: each test takes back what it has chosen. */
    private static Instance instance;

    @BeforeAll
    static void start() throws Exception {
        instance = new Instance();
        instance.succeed("start");
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
    }

    @Test
    void anotherPolicyIsChosenAndTheChoiceTakenBack() throws Exception {
        Map<String, Object> before = instance.json("policy");
        String chosen = instance.succeed("policy", "use", "fixed").out();
        Map<String, Object> after = instance.json("policy", "list");
        Object inStatus = instance.json("status").get("policy");
        Map<String, Object> back = instance.json("policy", "roll-back");
        Instance.Result twice = instance.agentcgroup("policy", "roll-back");
        instance.succeed("policy", "use", "fixed");
        String forgotten = instance.succeed("policy", "reset").out();

        assertEquals("agentcgroup.policy/v1", before.get("schema"));
        assertEquals("ranking: graduated, fixed; graduated decides", inShort(before));
        assertEquals("fixed decides while it is there: an operator chose it\n", chosen);
        assertEquals("operator: fixed, graduated; fixed decides", inShort(after));
        assertEquals("fixed", inStatus, "before it was asked about any call");
        assertEquals("ranking: graduated, fixed; graduated decides", inShort(back));
        assertEquals(1, twice.exitCode());
        assertTrue(twice.err().contains("no earlier choice"), twice.toString());
        assertEquals("the highest service ranking decides\n", forgotten);
    }

    @Test
    void aPolicyThatNobodyKnowsIsRefusedAndTheKnownOnesAreNamed() throws Exception {
        Instance.Result refused = instance.agentcgroup("policy", "use", "telepathy");

        assertEquals(1, refused.exitCode());
        assertEquals("agentcgroup: there is no policy \"telepathy\"; there are graduated, fixed\n", refused.err());
        assertTrue(instance.succeed("policy").out().matches("(?s)POLICY .*graduated +yes .*fixed +no .*the highest service ranking decides\n"));
    }

    @Test
    void aCommandOfTheContainersShellIsTyped() throws Exception {
        Instance.Result sessions = instance.succeed("gogo", "agentcgroup:sessions");
        Instance.Result failed = instance.agentcgroup("gogo", "agentcgroup:explain nobody");
        Instance.Result unknown = instance.agentcgroup("gogo", "agentcgroup:fly");

        assertTrue(sessions.out().startsWith("SESSION "), sessions.toString());
        assertEquals("", sessions.err());
        assertEquals(1, failed.exitCode(), failed.toString());
        assertTrue(failed.err().startsWith("agentcgroup: "), failed.toString());
        assertEquals(1, unknown.exitCode());
        assertTrue(unknown.err().contains("Command not found: agentcgroup:fly"), unknown.toString());
    }

    @Test
    void linesForTheContainersShellComeFromStandardInput() throws Exception {
        Process typed = instance.command("gogo").redirectInput(ProcessBuilder.Redirect.PIPE).redirectErrorStream(true).start();
        typed.getOutputStream().write("agentcgroup:policies\n\nlb agentcgroup.command\nagentcgroup:fly\n".getBytes(StandardCharsets.UTF_8));
        typed.getOutputStream().close();
        String said = new String(typed.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(1, typed.waitFor(), said);
        assertTrue(said.matches("(?s)POLICY .*graduated .*AgentCgroup shell commands .*Command not found: agentcgroup:fly\n"), said);
    }

    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    private static String inShort(Map<String, Object> document) {
        List<Map<String, Object>> policies = (List<Map<String, Object>>) document.get("policies");
        List<String> deciding = policies.stream().filter(one -> Boolean.TRUE.equals(one.get("in_use"))).map(one -> String.valueOf(one.get("name"))).toList();
        return document.get("source") + ": " + String.join(", ", (List<String>) document.get("candidates")) + "; "
                + String.join(" and ", deciding) + " decides";
    }
}
