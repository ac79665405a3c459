package io.agentcgroup.intent.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SimpleCommandsTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                line("pytest -q", "pytest -q"),
                line("/usr/bin/python3 -m pytest", "python3 -m pytest"),
                line("cd /x && npm test | tail -5; echo done", "cd /x", "npm test", "tail -5", "echo done"),
                line("git commit -m \"fix; run pytest\"", "git commit -m fix; run pytest"),
                line("git commit -m 'a && make'", "git commit -m a && make"),
                line("CC=clang CFLAGS='-O2 -g' make -j4", "make -j4"),
                line("sudo -E env A=1 timeout 30s nice -n 5 make", "make"),
                line("time -p pytest", "pytest"),
                line("bash -lc 'cd /x; pytest'", "cd /x", "pytest"),
                line("bash -euo pipefail -c 'make check' name arg", "make check"),
                line("sh script.sh -c", "sh script.sh -c"),
                line("source /s.sh && eval \"npm run 'build it'\" < /dev/null && pwd -P >| /tmp/f", "source /s.sh", "npm run build it", "pwd -P"),
                line("make 2>&1 >log <in", "make"),
                line("make 2>/dev/null && x", "make", "x"),
                line("x=$(pytest -q) && foo", "pytest -q", "foo"),
                line("for f in *.c; do gcc -c $f; done", "for f in *.c", "gcc -c $f"),
                line("cat <<EOF > f\npytest\nEOF\nmake", "cat", "make"),
                line("cat <<'A' <<-B\nx\nA\ny\n\tB\nls", "cat", "ls"),
                line("ls # pytest\nmake", "ls", "make"),
                line("echo a#b \\; c", "echo a#b ; c"),
                line("echo \\\n hello", "echo hello"),
                line("echo $'a b' \"$HOME\"", "echo a b $HOME"),
                line("pytest \"\" ''", "pytest  "),
                line("echo 'never closed", "echo never closed"),
                line("echo \"never closed", "echo never closed"),
                line("bash -c \"bash -c \\\"bash -c 'bash -c ls'\\\"\"", "bash -c ls"),
                line("", new String[0]),
                line("env", "env"),
                line("A=1", new String[0]));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void findsWhatReallyRuns(String line, List<String> commands) {
        assertEquals(commands, SimpleCommands.of(line));
    }

    @Test
    void resultsAreBounded() {
        assertEquals(ShellWords.MOST_COMMANDS, SimpleCommands.of("ls;".repeat(2_000)).size());
        assertEquals(SimpleCommands.LONGEST, SimpleCommands.of("echo " + "x".repeat(5_000)).get(0).length());
    }

    @Test
    void randomTextIsReadQuicklyAndWithoutHarm() {
        long seed = Long.getLong("agentcgroup.seed", System.nanoTime());
        System.out.println("command fuzzing with -Dagentcgroup.seed=" + seed);
        Random random = new Random(seed);
        String[] pieces = {"'", "\"", "\\", "$(", "`", "<<", "<<-", "<", ">", "2>&1", "\n", ";", "&&", "|", "#", " ", "eval ", "bash -c ",
            "EOF", "A=1 ", "sudo ", "x", "\u0000", "\ud800", "{", "}", "(", ")"};
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int i = 0; i < 10_000; i++) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(60); n > 0; n--) {
                    text.append(pieces[random.nextInt(pieces.length)]);
                }
                for (String command : SimpleCommands.of(text.toString())) {
                    assertTrue(command.length() <= SimpleCommands.LONGEST);
                }
            }
        });
    }

    private static Arguments line(String line, String... commands) {
        return Arguments.of(line, Arrays.asList(commands));
    }
}
