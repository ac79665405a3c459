package io.agentcgroup.command.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.shell.ShellAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the real Gogo, and commands made for it. */
@Timeout(60)
class GogoShellTest {

    private final ThreadIOImpl streams = new ThreadIOImpl();
    private final CommandProcessorImpl gogo = new CommandProcessorImpl(streams);
    private final Commands commands = new Commands();
    private final GogoShell shell = new GogoShell(gogo, Duration.ofSeconds(20));

    @BeforeEach
    void start() {
        streams.start();
        for (String name : List.of("greet", "list", "print", "fail", "hang", "flood", "recurse")) {
            gogo.addCommand("test", commands, name);
        }
    }

    @AfterEach
    void stop() {
        commands.mayEnd.countDown();
        gogo.stop();
        streams.stop();
    }

    @Test
    void aResultIsShownAsGogoFormatsIt() {
        assertEquals(new ShellAnswer("hello eve\n", "", Optional.empty()), shell.run("test:greet eve"));
        assertEquals("a                   \nb                   \n".replace(" ", ""), shell.run("test:list").out().replace(" ", ""));
        assertEquals(new ShellAnswer("", "", Optional.empty()), shell.run(""));
    }

    @Test
    void whatIsPrintedComesWithTheResultAndErrorsApart() {
        assertEquals(new ShellAnswer("printed \u00fc\n7\n", "complained\n", Optional.empty()), shell.run("test:print"));
    }

    @Test
    void aFailureIsInWordsAndWhatWasPrintedBeforeItIsKept() {
        assertEquals(new ShellAnswer("before\n", "", Optional.of("IllegalStateException: as asked")), shell.run("test:fail"));
        assertTrue(shell.run("test:none").failure().orElseThrow().contains("Command not found: test:none"));
        assertTrue(shell.run("{ ( [").failure().isPresent());
        assertTrue(shell.run("test:recurse").failure().isPresent());
        assertEquals(Optional.empty(), shell.run("test:greet eve").failure());
    }

    @Test
    void aVariableEndsWithItsLine() {
        assertEquals("hello eve\n", shell.run("name=eve; test:greet $name").out());
        assertEquals("hello null\n", shell.run("test:greet $name").out());
    }

    @Test
    void outputIsBounded() {
        String out = shell.run("test:flood").out();
        assertTrue(out.length() < 257 * 1024, () -> out.length() + " characters");
        assertTrue(out.endsWith("\n... and more than the 256 KiB that are shown\n"));
    }

    @Test
    void aCommandThatDoesNotEndIsInterruptedAndTheNextOneRuns() throws Exception {
        GogoShell impatient = new GogoShell(gogo, Duration.ofSeconds(1));

        assertEquals("the command did not end within 1 s and was interrupted", impatient.run("test:hang").failure().orElseThrow());

        assertTrue(commands.interrupted.await(20, TimeUnit.SECONDS), "the command was not interrupted");
        while (isBusy(impatient)) {
            Thread.sleep(10);
        }
    }

    private static boolean isBusy(GogoShell shell) {
        try {
            shell.run("");
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    @Test
    void thereIsOneCommandAtATime() throws Exception {
        CompletableFuture<ShellAnswer> first = CompletableFuture.supplyAsync(() -> shell.run("test:hang"));
        assertTrue(commands.hangs.await(20, TimeUnit.SECONDS));

        assertTrue(assertThrows(IllegalStateException.class, () -> shell.run("test:greet eve")).getMessage().contains("one at a time"));

        commands.mayEnd.countDown();
        assertEquals(Optional.empty(), first.get(20, TimeUnit.SECONDS).failure());
        assertEquals("hello eve\n", shell.run("test:greet eve").out());
    }

    /** Called by Gogo. */
    public static final class Commands {

        final CountDownLatch hangs = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        public String greet(String whom) {
            return "hello " + whom;
        }

        public List<String> list() {
            return List.of("a", "b");
        }

        public int print() {
            System.out.println("printed \u00fc");
            System.err.println("complained");
            return 7;
        }

        public void fail() {
            System.out.println("before");
            throw new IllegalStateException("as asked");
        }

        public void hang() throws InterruptedException {
            hangs.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }

        public void flood() {
            for (int i = 0; i < 10_000; i++) {
                System.out.println("x".repeat(100));
            }
        }

        public int recurse() {
            return recurse() + 1;
        }
    }
}
