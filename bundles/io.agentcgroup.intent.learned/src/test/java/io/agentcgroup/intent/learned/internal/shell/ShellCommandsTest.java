package io.agentcgroup.intent.learned.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellCommandsTest {

    private static List<List<String>> commands(String line) {
        return ShellCommands.of(line).stream().map(SimpleCommand::words).toList();
    }

    @Test
    void operatorsSeparateCommands() {
        assertEquals(List.of(List.of("cd", "x"), List.of("make"), List.of("tail", "-5"), List.of("echo", "no"), List.of("sleep", "1"),
                List.of("ls")), commands("cd x && make | tail -5 || echo no; sleep 1 & ls"));
    }

    @Test
    void knowsWhatReadsFromAPipe() {
        assertEquals(List.of(false, true, false), ShellCommands.of("a | b || c").stream().map(SimpleCommand::piped).toList());
    }

    @Test
    void quotesAndEscapesKeepAWordTogether() {
        assertEquals(List.of(List.of("echo", "a b", "c;d", "e f", "g\"h", "it's")),
                commands("echo 'a b' \"c;d\" e\\ f \"g\\\"h\" $'it\\'s'"));
        assertEquals(List.of(List.of("grep", "a|b", "x&&y")), commands("grep \"a|b\" 'x&&y'"));
    }

    @Test
    void redirectionsAreNoArguments() {
        assertEquals(List.of(List.of("pytest", "-q"), List.of("tail")), commands("pytest -q 2>&1 > out.txt 2>>err <in &>all | tail"));
        assertEquals(List.of(List.of("python3", "test2")), commands("python3 test2>log"));
    }

    @Test
    void aHereDocumentIsDataNotCommands() {
        assertEquals(List.of(List.of("cat"), List.of("pytest")), commands("cat <<'EOF' > f.py\nimport os; rm -rf /\nEOF\npytest"));
        assertEquals(List.of(List.of("python"), List.of("ls")), commands("python - <<-END\n\tx && y\n\tEND\nls").stream()
                .map(words -> words.stream().filter(w -> !w.equals("-")).toList()).toList());
    }

    @Test
    void assignmentsAndReservedWordsStartNothing() {
        assertEquals(List.of(List.of("make", "A=b")), commands("CC=gcc CFLAGS='-O2 -g' make A=b"));
        assertEquals(List.of(List.of("test", "-f", "x"), List.of("cat", "$f"), List.of("rm", "y")),
                commands("for f in a b; do if test -f x; then cat $f; fi; done; { rm y; }"));
    }

    @Test
    void substitutionsAndSubshellsAreCommandsToo() {
        assertEquals(List.of(List.of("git", "rev-parse", "HEAD"), List.of("date"), List.of("echo", "$()", "$()")),
                commands("echo $(git rev-parse HEAD) \"`date`\""));
        assertEquals(List.of(List.of("cd", "y"), List.of("make")), commands("(cd y && make)"));
        assertEquals(List.of(List.of("sort", "a"), List.of("diff", "/dev/fd/63")), commands("diff <(sort a)"));
        assertEquals(List.of(List.of("echo", "$(1+2)")), commands("echo $((1+2))"));
    }

    @Test
    void commentsAndContinuedLinesAreUnderstood() {
        assertEquals(List.of(List.of("make", "-j2", "all")), commands("# first\nmake -j2 \\\n  all # then"));
        assertEquals(List.of(List.of("echo", "a#b")), commands("echo a#b"));
    }

    @Test
    void aCutOffCommandIsReadAsFarAsItGoes() {
        assertEquals(List.of(List.of("python", "-c", "import x\nprint(")), commands("python -c \"import x\nprint("));
        assertEquals(List.of(List.of("ls", "-l"), List.of("echo", "$()")), commands("echo $(ls -l"));
    }

    @Test
    void aGeneratedScriptIsCutNotFollowed() {
        assertTrue(ShellCommands.of("true;".repeat(100_000)).size() <= 64);
    }
}
