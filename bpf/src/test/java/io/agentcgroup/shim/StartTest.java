package io.agentcgroup.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.shim.Command.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code agentcgroup-start}: agents in sessions, and single calls. */
class StartTest {

    private static final String START = Host.program("agentcgroup-start").toString();

    private static Command start(Peer peer, String... words) throws IOException {
        Path shims = Files.createDirectories(peer.controlRun().resolve("shims"));
        for (String shell : List.of("bash", "sh")) {
            if (!Files.exists(shims.resolve(shell))) {
                Files.createSymbolicLink(shims.resolve(shell), Host.program("agentcgroup-shell"));
            }
        }
        List<String> all = new ArrayList<>(List.of(START));
        all.addAll(List.of(words));
        return Command.of(all.toArray(String[]::new)).with("AGENTCGROUP_RUN_DIR", peer.controlRun().toString())
                .with("AGENTCGROUP_SHIMS", shims.toString());
    }

    /** Exec looks for the session's socket in the run folder. */
    private static Command exec(Peer peer, String... words) throws IOException {
        Path link = peer.controlRun().resolve(peer.session() + ".sock");
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, peer.socket());
        }
        return start(peer, words);
    }

    @Test
    void runsAnAgentInItsSessionWithTheShimInItsWay() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            Finished finished = start(peer, "run", "--session", peer.session(), "--priority", "high", "--", "/bin/bash",
                    "-c", "grep ^0:: /proc/self/cgroup; cat /proc/self/oom_score_adj; echo $SHELL $AGENTCGROUP_SESSION;"
                            + " echo $CLAUDE_CODE_SHELL_PREFIX; bash -c 'grep ^0:: /proc/self/cgroup; exit 3'").run();
            String shims = peer.controlRun().resolve("shims").toString();
            assertEquals("0::/" + peer.session() + "/agent\n" + Host.agentOomScoreAdj() + "\n" + shims + "/bash " + peer.session() + "\n"
                    + Host.program("agentcgroup-shell") + "\n0::/" + peer.session() + "/call-1\n", finished.output(),
                    finished::toString);
            assertEquals(3, finished.exit());
            assertEquals(List.of(), finished.errors());
            assertEquals(List.of("SESSION_OPEN session=" + peer.session() + " priority=1 uid=0 gid=0 leftovers=-1 keep=-1"),
                    peer.log("SESSION_OPEN"));
            assertEquals(List.of("SESSION_END session=" + peer.session()), peer.log("SESSION_END"));
        }
    }

    @Test
    void theAgentIsKnownByTheIdOfItsCgroup() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            String where = "grep -o '[^/]*$' /proc/self/cgroup | tail -n 1";
            Finished finished = start(peer, "run", "--session", peer.session(), "--", "/bin/bash", "-c",
                    "id=$AGENTCGROUP_AGENT_ID; [ $id = $(stat -c %i " + peer.tree().resolve("agent") + ") ] && echo same;"
                            + " bash -c \"" + where + "\"; AGENTCGROUP_AGENT_ID=1 bash -c \"" + where + "\";"
                            + " AGENTCGROUP_AGENT_ID=x bash -c \"" + where + "\"; bash -c \"bash -c \\\"" + where + "\\\"\"").run();
            assertEquals("same\ncall-1\ncall-2\ncall-3\ncall-4\n", finished.output(), finished::toString);
            assertEquals(4, peer.log("OPEN").size(), "what runs inside a call is no call of its own");
        }
    }

    @Test
    void endsAsTheAgentEnds() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            assertEquals(128 + 15, start(peer, "run", "--session", peer.session(), "--", "/bin/bash", "-c",
                    "kill -TERM $$").run().exit());
            assertEquals(127, start(peer, "run", "--session", peer.session(), "--", "nosuchagent").run().exit());
            assertEquals(126, start(peer, "run", "--session", peer.session(), "--", "/etc/passwd").run().exit());
            // Told for each session that was opened, and only for those.
            assertEquals(peer.log("SESSION_OPEN").size(), peer.log("SESSION_END").size());
        }
    }

    @Test
    void dropsToTheUserThatIsAskedFor() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            for (String user : List.of("daemon", "1")) {
                Finished finished = start(peer, "run", "--session", peer.session(), "--user", user, "--leftovers",
                        "keep:30", "--memory", "2g", "--pids", "100", "--", "/bin/sh", "-c",
                        "id -u; id -g; id -G; echo $HOME $USER; cat /proc/self/oom_score_adj").run();
                assertEquals("1\n1\n1\n/usr/sbin daemon\n" + Host.agentOomScoreAdj() + "\n", finished.output(), finished::toString);
            }
            assertTrue(peer.log("SESSION_OPEN").get(0).endsWith("uid=1 gid=1 leftovers=2 keep=30000"));
            assertEquals("4242\n4242\n", start(peer, "run", "--session", peer.session(), "--user", "4242", "--",
                    "/bin/sh", "-c", "id -u; id -G").run().output());
        }
    }

    @Test
    void saysWhyThereIsNoSession() throws Exception {
        try (Peer peer = Peer.start("refuse")) {
            Finished refused = start(peer, "run", "--session", peer.session(), "--", "true").run();
            assertEquals(125, refused.exit());
            assertEquals(List.of("[agentcgroup] the host is full", "[agentcgroup] the session was not opened"),
                    refused.errors());
            Finished alone = start(peer, "run", "--session", "s", "--", "true").with("AGENTCGROUP_RUN_DIR", "/nonexistent")
                    .run();
            assertEquals(125, alone.exit());
            assertEquals("[agentcgroup] the daemon does not answer at /nonexistent/control.sock: no such file",
                    alone.errors().get(0));
        }
    }

    @Test
    void runsOneCallWithoutAShell() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            Finished finished = exec(peer, "exec", "--session", peer.session(), "--hint", "memory:2g", "--", "grep",
                    "^0::", "/proc/self/cgroup").run();
            assertEquals("0::/" + peer.session() + "/call-1\n", finished.output(), finished::toString);
            assertEquals(3, exec(peer, "exec", "--session=" + peer.session(), "--", "/bin/sh", "-c", "exit 3").run().exit());
            List<String> opened = peer.log("OPEN");
            assertTrue(opened.get(0).startsWith("OPEN call=1 kind=3 shell= bytes=27 ")
                    && opened.get(0).endsWith("source=3 hint=memory:2g command=grep ^0:: /proc/self/cgroup"), opened.get(0));
            assertTrue(opened.get(1).endsWith("command=/bin/sh -c 'exit 3'"), opened.get(1));
        }
    }

    @Test
    void takesTheSessionItIsInWhenNoneIsNamed() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            assertEquals("0::/" + peer.session() + "/call-1\n",
                    Command.asAgent(peer, START, "exec", "--", "grep", "^0::", "/proc/self/cgroup").run().output());
            assertEquals("0::/" + peer.session() + "/call-2\n", Command.asAgent(peer, START, "exec", "--", START, "exec",
                    "--session", peer.session(), "--", "grep", "^0::", "/proc/self/cgroup").run().output());
            assertEquals(2, peer.log("OPEN").size());
        }
    }

    @Test
    void saysThatACallRunsWithoutLimitsAndRunsItUnlessStrict() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            Finished open = start(peer, "exec", "--session", "gone", "--", "echo", "ran").run();
            assertEquals(0, open.exit());
            assertEquals("ran\n", open.output());
            assertEquals(List.of("[agentcgroup] the daemon does not answer at " + peer.controlRun()
                    + "/gone.sock (no such file): the command runs without limits"), open.errors());
            Finished strict = start(peer, "exec", "--session", "gone", "--strict", "--", "echo", "ran").run();
            assertEquals(125, strict.exit());
            assertEquals("", strict.output());
        }
    }

    @Test
    void findsCommandsAsAShellDoes() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            assertEquals(127, exec(peer, "exec", "--session", peer.session(), "--", "nosuchcommand").run().exit());
            assertEquals(126, exec(peer, "exec", "--session", peer.session(), "--", "/etc/passwd").run().exit());
            assertEquals(127, exec(peer, "exec", "--session", peer.session(), "--", "/no/such").run().exit());
        }
    }

    @Test
    void tellsAnyOtherUserThatTheKernelLetsHimStartNothingThere() throws Exception {
        try (Peer peer = Peer.start("normal")) {
            exec(peer, "exec");
            Finished finished = Command.of("/usr/bin/setpriv", "--reuid", "65534", "--clear-groups", START, "exec",
                    "--session", peer.session(), "--", "echo", "ran")
                    .with("AGENTCGROUP_RUN_DIR", peer.socket().getParent().toString()).run();
            assertEquals("ran\n", finished.output());
            assertTrue(finished.errors().get(0).contains("only root or a process of the session itself"),
                    finished::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "fly", "run", "run --", "run --session s", "run --session S -- true", "run --session",
        "run --session s --priority urgent -- true", "run --session s --memory much -- true",
        "run --session s --memory 99999999999t -- true", "run --session s --pids 0 -- true",
        "run --session s --leftovers burn -- true", "run --session s --leftovers keep:x -- true",
        "run --session s --user nosuchuser -- true", "run --colour -- true", "exec -- true",
        "exec --session ../x -- true", "exec --strict=1 --session s -- true", "exec -x -- true" })
    void exitsWithTwoAndTheUsageForAWrongCommandLine(String line) throws Exception {
        List<String> words = new ArrayList<>(List.of(START));
        words.addAll(line.isEmpty() ? List.of() : List.of(line.split(" ")));
        Finished finished = Command.of(words.toArray(String[]::new)).run();
        assertEquals(2, finished.exit(), finished::toString);
        assertTrue(finished.errors().get(0).startsWith("agentcgroup-start: "), finished::toString);
        assertTrue(finished.errors().get(1).startsWith("usage: "), finished::toString);
        assertEquals("", finished.output());
    }

    @ParameterizedTest
    @ValueSource(strings = { "--help", "run --help", "exec --help", "run --session s --help" })
    void explainsItself(String line) throws Exception {
        List<String> words = new ArrayList<>(List.of(START));
        words.addAll(List.of(line.split(" ")));
        Finished finished = Command.of(words.toArray(String[]::new)).run();
        assertEquals(0, finished.exit());
        assertTrue(finished.output().startsWith("usage: agentcgroup-start "), finished.output());
    }
}
