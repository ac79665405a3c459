package io.agentcgroup.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shim makes of command lines, command strings and places. */
class GrammarTest {

    /** The words of the line are separated by one blank; {@code ''} is an empty one. */
    @ParameterizedTest
    @CsvSource(delimiter = '>', value = {
        "bash -c x                    > command|bash|x",
        "bash -c x y -c z             > command|bash|x",
        "/usr/bin/bash -lc x          > command|bash|x",
        "-bash -c x                   > command|bash|x",
        "bash -l -c x                 > command|bash|x",
        "bash -ic x                   > command|bash|x",
        "bash -c -l x                 > command|bash|x",
        "bash -c -- x                 > command|bash|x",
        "bash -c - x                  > command|bash|x",
        "bash -c + x                  > command|bash|x",
        "bash +c x                    > command|bash|x",
        "bash -e +e -c x              > command|bash|x",
        "bash -euo pipefail -c x      > command|bash|x",
        "bash -ceuo pipefail x        > command|bash|x",
        "bash -o errexit +o nounset -c x > command|bash|x",
        "bash -O extglob -c x         > command|bash|x",
        "bash -Oo extglob errexit -c x > command|bash|x",
        "bash --norc -c x             > command|bash|x",
        "bash -norc -c x              > command|bash|x",
        "bash --noprofile --norc -euc x > command|bash|x",
        "bash --rcfile F -c x         > command|bash|x",
        "bash --init-file -c -c x     > command|bash|x",
        "bash --posix -c x            > command|bash|x",
        "bash -sc x                   > command|bash|x",
        "sh -c x                      > command|sh|x",
        "sh -ec x                     > command|sh|x",
        "dash -c x                    > command|dash|x",
        "zsh -c x                     > command|zsh|x",
        "zsh -fc x                    > command|zsh|x",
        "zsh -o extendedglob -c x     > command|zsh|x",
        "zsh -oextendedglob -c x      > command|zsh|x",
        "zsh --no-rcs -c x            > command|zsh|x",
        "zsh --emulate sh -c x        > command|zsh|x",
        "zsh -c -b x                  > command|zsh|x",
        "zsh -O -c x                  > command|zsh|x",
        "bash                         > pass|bash|",
        "bash -i                      > pass|bash|",
        "bash -s arg                  > pass|bash|",
        "bash script -c x             > pass|bash|",
        "bash -- script -c x          > pass|bash|",
        "bash -x script               > pass|bash|",
        "bash -c                      > pass|bash|",
        "bash -c -l                   > pass|bash|",
        "bash -o                      > pass|bash|",
        "bash -co                     > pass|bash|",
        "bash --version               > pass|bash|",
        "bash -version -c x           > pass|bash|",
        "bash --help -c x             > pass|bash|",
        "bash --nosuch -c x           > pass|bash|",
        "bash -c --norc x             > pass|bash|",
        "bash --rcfile                > pass|bash|",
        "agentcgroup-shell x          > prefix|bash|x",
        "/opt/bin/agentcgroup-shell x > prefix|bash|x",
        "agentcgroup-shell ls -l      > list|bash|",
        "agentcgroup-shell -c x       > command|bash|x",
        "agentcgroup-shell -l -c x    > command|bash|x",
        "agentcgroup-shell -i         > pass|bash|",
        "agentcgroup-shell            > pass|bash|",
        "agentcgroup-shell --help     > help|bash|",
        "agentcgroup-shell --version  > version|bash|",
    })
    void readsACommandLineAsItsShellDoes(String line, String expected) throws Exception {
        List<String> words = new ArrayList<>(List.of("argv"));
        words.addAll(List.of(line.split(" ")));
        assertEquals(expected, probe(words));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '~', value = {
        "AGENT_RESOURCE_HINT=memory:2g pytest -q                    ^ hint:memory:2g",
        "'' AGENT_RESOURCE_HINT=memory:2g                           ^ none",
        "~  \tAGENT_RESOURCE_HINT=memory:2g pytest~                 ^ hint:memory:2g",
        "~\n# why\nAGENT_RESOURCE_HINT=memory:2g pytest~            ^ hint:memory:2g",
        "A=1 B='x y' AGENT_RESOURCE_HINT=high pytest                ^ hint:high",
        "AGENT_RESOURCE_HINT='memory:2g,cpu:high' pytest            ^ hint:memory:2g,cpu:high",
        "AGENT_RESOURCE_HINT=\"memory:2g\" pytest                   ^ hint:memory:2g",
        "AGENT_RESOURCE_HINT=mem\"ory\":2'g' pytest                 ^ hint:memory:2g",
        "AGENT_RESOURCE_HINT=a AGENT_RESOURCE_HINT=b pytest         ^ hint:b",
        "AGENT_RESOURCE_HINT=memory:2g; pytest                      ^ hint:memory:2g",
        "AGENT_RESOURCE_HINT=memory:2g && pytest                    ^ hint:memory:2g",
        "~AGENT_RESOURCE_HINT=memory:2g\npytest~                    ^ hint:memory:2g",
        "export AGENT_RESOURCE_HINT=memory:2g; pytest               ^ hint:memory:2g",
        "export A=1 AGENT_RESOURCE_HINT=memory:2g && pytest         ^ hint:memory:2g",
        "export A; AGENT_RESOURCE_HINT=memory:2g pytest             ^ none",
        "env AGENT_RESOURCE_HINT=memory:2g pytest                   ^ hint:memory:2g",
        "cd '/a b' && AGENT_RESOURCE_HINT=memory:2g pytest          ^ hint:memory:2g",
        "set -e; cd /a; AGENT_RESOURCE_HINT=memory:2g pytest        ^ hint:memory:2g",
        "A=$(echo ';' \"x)\") AGENT_RESOURCE_HINT=low ls            ^ none",
        "A=$(date) AGENT_RESOURCE_HINT=low ls                       ^ hint:low",
        "A=${B:-x y} AGENT_RESOURCE_HINT=low ls                     ^ hint:low",
        "A=`date` AGENT_RESOURCE_HINT=low ls                        ^ hint:low",
        "A=a\\ b AGENT_RESOURCE_HINT=low ls                         ^ hint:low",
        "2>/dev/null AGENT_RESOURCE_HINT=low ls                     ^ none",
        "AGENT_RESOURCE_HINT=$X pytest                              ^ hint:$X",
        "AGENT_RESOURCE_HINT= pytest                                ^ none",
        "pytest; AGENT_RESOURCE_HINT=memory:2g pytest               ^ none",
        "echo AGENT_RESOURCE_HINT=memory:2g                         ^ none",
        "'AGENT_RESOURCE_HINT'=memory:2g pytest                     ^ none",
        "AGENT_RESOURCE_HINTS=memory:2g pytest                      ^ none",
        "X_AGENT_RESOURCE_HINT=memory:2g pytest                     ^ none",
        "(AGENT_RESOURCE_HINT=memory:2g pytest)                     ^ none",
        "eval 'AGENT_RESOURCE_HINT=memory:2g pytest'                ^ hint:memory:2g",
        "eval \"AGENT_RESOURCE_HINT=memory:2g pytest\" \\< /dev/null ^ hint:memory:2g",
        "source /s.sh 2>/dev/null || true && eval 'AGENT_RESOURCE_HINT=low ls' \\< /dev/null && pwd -P >| /c ^ hint:low",
        "{ shopt -u extglob || setopt NO_X; } 2>/dev/null || true && eval 'cd x && AGENT_RESOURCE_HINT=low ls' ^ hint:low",
        "source /s.sh && eval 'echo AGENT_RESOURCE_HINT=low'        ^ none",
        "ls && eval 'AGENT_RESOURCE_HINT=low ls'                    ^ none",
        "AGENTCGROUP_DISABLE=1 pytest                               ^ none disabled",
        "AGENTCGROUP_DISABLE=0 pytest                               ^ none",
        "AGENT_RESOURCE_HINT=low AGENTCGROUP_DISABLE=1 pytest       ^ hint:low disabled",
        "source /s.sh && eval 'AGENTCGROUP_DISABLE=1 ls'            ^ none disabled",
        "echo AGENTCGROUP_DISABLE=1                                 ^ none",
    })
    void findsWhatIsDeclaredInFrontOfACommand(String command, String expected) throws Exception {
        assertEquals(expected, probe(List.of("hint", command)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', value = {
        "/agentcgroup/s1/agent                > agent|s1|/run/agentcgroup/s1.sock",
        "/a/b/agentcgroup/s1/agent            > agent|s1|/run/agentcgroup/s1.sock",
        "/s1/agent AGENTCGROUP_RUN_DIR=/r     > agent|s1|/r/s1.sock",
        "/s1/agent AGENTCGROUP_SOCKET=/x/s1.sock > agent|s1|/x/s1.sock",
        "/s1/agent AGENTCGROUP_SOCKET=/x/s2.sock > agent|s1|/run/agentcgroup/s1.sock",
        "/s1/agent AGENTCGROUP_CALL=7         > agent|s1|/run/agentcgroup/s1.sock",
        "/agentcgroup/s1/call-7               > nested||",
        "/agentcgroup/s1/call-7/x             > nested||",
        "/agentcgroup/s1/background           > nested||",
        "/agentcgroup/s1/services             > nested||",
        "/agentcgroup/s1/services AGENTCGROUP_SESSION=s1 > nested||",
        "/agent                               > outside||",
        "/S1/agent                            > outside||",
        "/system.slice/x.service              > outside||",
        "/                                    > outside||",
        "/ AGENTCGROUP_SOCKET=/x/s2.sock      > agent|s2|/x/s2.sock",
        "/ AGENTCGROUP_SOCKET=x/s2.sock       > outside||",
        "/ AGENTCGROUP_SESSION=s2             > agent|s2|/run/agentcgroup/s2.sock",
        "/ AGENTCGROUP_SESSION=../s2          > outside||",
        "/ AGENTCGROUP_SESSION=s2 AGENTCGROUP_CALL=7 > nested|s2|/run/agentcgroup/s2.sock",
    })
    void knowsWhereItStands(String line, String expected) throws Exception {
        List<String> words = new ArrayList<>(List.of("place"));
        words.addAll(List.of(line.split(" ")));
        assertEquals(expected, probe(words));
    }

    private static String probe(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Host.testProgram("probe").toString()));
        command.addAll(words);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.strip();
    }
}
