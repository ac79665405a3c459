package io.agentcgroup.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.shim.Command.Finished;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the daemon hears of a call, and where the call runs. */
class CallTest {

    /** Every kernel has it, and it is not what anything starts with. */
    private static final int SCHED_BATCH = 3;
    private static final int NO_POLICY = 99;
    /** Field 41 of stat; the name of the program, field 2, has no space in it here. */
    private static final String POLICY_OF = "cut -d\" \" -f41 /proc/%s/stat";

    @Test
    void runsInItsOwnDomainWithTheGrantedOomScore() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            Finished finished = Command.shell(peer,
                    "grep ^0:: /proc/self/cgroup; cat /proc/self/oom_score_adj; echo $AGENTCGROUP_CALL").run();
            assertEquals("0::/" + peer.session() + "/call-1\n200\n1\n", finished.output(), finished::toString);
            assertEquals(List.of(), finished.errors());
        }
    }

    @Test
    void isBornWithTheGrantedSchedulingPolicyWhichItsChildrenInherit() throws Exception {
        try (Peer peer = Peer.start("policy:" + SCHED_BATCH)) {
            assertEquals(SCHED_BATCH + "\n" + SCHED_BATCH + "\n0\n", Command.shell(peer, POLICY_OF.formatted("$$") + "; sh -c '"
                    + POLICY_OF.formatted("$$") + "'; " + POLICY_OF.formatted("$PPID")).run().output());
        }
    }

    @Test
    void runsAsItWouldHaveWhenTheKernelRefusesTheSchedulingPolicy() throws Exception {
        try (Peer peer = Peer.start("policy:" + NO_POLICY)) {
            Finished finished = Command.shell(peer, POLICY_OF.formatted("$$") + "; exit 3").run();
            assertEquals("0\n", finished.output());
            assertEquals(List.of(), finished.errors());
            assertEquals(3, finished.exit());
        }
    }

    @Test
    void staysInTheAgentsCgroupItself() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            assertEquals("0::/" + peer.session() + "/agent\n",
                    Command.shell(peer, "grep ^0:: /proc/$PPID/cgroup").run().output());
        }
    }

    @Test
    void opensNoSecondDomainForAShellInAShell() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String bash = peer.controlRun().resolve("bash").toString();
            Finished finished = Command.shell(peer, bash + " -c 'grep ^0:: /proc/self/cgroup; exit 4'").run();
            assertEquals("0::/" + peer.session() + "/call-1\n", finished.output());
            assertEquals(4, finished.exit());
            assertEquals(1, peer.log("OPEN").size());
        }
    }

    @Test
    void tellsCommandFolderHintAndEnd() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            Command.shell(peer, "AGENT_RESOURCE_HINT=memory:2g true; exit 3").with("AGENT_RESOURCE_HINT", "low").run();
            Command.shell(peer, "kill -9 $$").with("AGENT_RESOURCE_HINT", "high").run();
            String cwd = System.getProperty("user.dir");
            assertEquals(List.of(
                    "OPEN call=1 kind=1 shell=bash bytes=42 cwd=" + cwd
                            + " source=2 hint=memory:2g command=AGENT_RESOURCE_HINT=memory:2g true; exit 3",
                    "OPEN call=2 kind=1 shell=bash bytes=10 cwd=" + cwd + " source=1 hint=high command=kill -9 $$"),
                    peer.log("OPEN"));
            assertEquals(List.of("EXITED call=1 status=768", "EXITED call=2 status=9"), peer.awaitLog("EXITED", 2));
        }
    }

    /** A wait would last for a minute, and ten where the exit code is not 0. */
    @Test
    void doesNotWaitForLastWordsAfterAShortCallToWhichNothingHappened() throws Exception {
        try (Peer peer = Peer.start("nodone")) {
            long beganNs = System.nanoTime();
            assertEquals(0, Command.shell(peer, "true").with("AGENTCGROUP_TIMEOUT_MS", "60000").run().exit());
            assertEquals(3, Command.shell(peer, "exit 3").with("AGENTCGROUP_TIMEOUT_MS", "60000").run().exit());
            assertTrue(System.nanoTime() - beganNs < TimeUnit.SECONDS.toNanos(30), "it waited");
            assertEquals(List.of("EXITED call=1 status=0", "EXITED call=2 status=768"), peer.awaitLog("EXITED", 2));
        }
    }

    @Test
    void hearsTheLastWordsAfterACallThatWasKilledLeftSomethingBehindOrTookLonger() throws Exception {
        try (Peer peer = Peer.start("talk:0")) {
            for (String command : List.of("kill -9 $$", "sleep 1 < /dev/null > /dev/null 2>&1 & exit 0", "sleep 0.2")) {
                Finished finished = Command.shell(peer, command).with("AGENTCGROUP_TIMEOUT_MS", "20000").run();
                assertTrue(finished.errors().contains("[agentcgroup] after"), finished::toString);
            }
        }
    }

    @Test
    void tellsProgramsWhatTheyCanParseWhereThatIsAskedFor() throws Exception {
        String json = "[agentcgroup] {\"event\":\"out-of-memory\"}";
        try (Peer peer = Peer.start("twin")) {
            assertEquals(List.of("[agentcgroup] killed"), toldAs(peer, "text"));
            assertEquals(List.of("[agentcgroup] killed"), toldAs(peer, "xml"));
            assertEquals(List.of(json), toldAs(peer, "json"));
            assertEquals(List.of(json, "[agentcgroup] killed"), toldAs(peer, "both"));
        }
        try (Peer peer = Peer.start("talk:0")) {
            assertTrue(toldAs(peer, "json").contains("[agentcgroup] after"), "what has no twin is said as it is");
        }
    }

    private static List<String> toldAs(Peer peer, String form) throws Exception {
        return Command.shell(peer, "kill -9 $$").with("AGENTCGROUP_FEEDBACK", form).with("AGENTCGROUP_TIMEOUT_MS", "20000").run().errors();
    }

    @Test
    void sendsALongCommandCutBetweenCharactersAndItsFullLength() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String script = "exit 5 #" + "é".repeat(20_000);
            assertEquals(5, Command.shell(peer, script).run().exit());
            String line = peer.log("OPEN").get(0);
            assertTrue(line.contains(" bytes=40008 "), line);
            // 8 bytes and whole two-byte characters up to the bound of 8192.
            assertEquals(8192, line.substring(line.indexOf("command=") + "command=".length()).length());
        }
    }

    @Test
    void evaluatesThePrefixesOneStringAndRunsAList() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String shim = Host.program("agentcgroup-shell").toString();
            assertEquals("a b\n", Command.asAgent(peer, shim, "x='a b'; echo \"$x\"").run().output());
            assertEquals("a b|c\n", Command.asAgent(peer, shim, "printf", "%s|%s\\n", "a b", "c").run().output());
            assertEquals(127, Command.asAgent(peer, shim, "nosuchprogram", "x").run().exit());
            assertTrue(peer.log("OPEN").stream().allMatch(line -> line.contains(" kind=2 shell=bash ")));
            assertEquals(2, peer.log("OPEN").size());
        }
    }

    @Test
    void isNotAskedWhenDisabledOrNotACommand() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String bash = peer.controlRun().resolve("bash").toString();
            assertEquals("x\n", Command.shell(peer, "echo x").with("AGENTCGROUP_DISABLE", "1").run().output());
            assertEquals("x\n", Command.shell(peer, "AGENTCGROUP_DISABLE=1 echo x").run().output());
            assertEquals(0, Command.asAgent(peer, bash, "--version").run().exit());
            assertEquals(List.of(), peer.log());
        }
    }

    @Test
    void runsTheChosenRealShellAndNeverItself() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String bash = peer.controlRun().resolve("bash").toString();
            assertEquals("/usr/bin/dash\n", Command.shell(peer, "/usr/bin/readlink /proc/$$/exe; :")
                    .with("AGENTCGROUP_REAL_SHELL", "/usr/bin/dash").run().output());
            for (String wrong : List.of(bash, "bash", "/nonexistent", "/tmp")) {
                assertEquals("/usr/bin/bash\n", Command.shell(peer, "/usr/bin/readlink /proc/$$/exe; :")
                        .with("AGENTCGROUP_REAL_SHELL", wrong).run().output(), wrong);
            }
            assertEquals("/usr/bin/bash\n", Command.shell(peer, "/usr/bin/readlink /proc/$$/exe; :")
                    .with("PATH", peer.controlRun() + ":/usr/bin:/bin").run().output());
            assertEquals("/usr/bin/bash\n",
                    Command.shell(peer, "/usr/bin/readlink /proc/$$/exe; :").with("PATH", "").run().output());
        }
    }
}
