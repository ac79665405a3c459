package io.agentcgroup.command.internal;

import io.agentcgroup.api.shell.Shell;
import io.agentcgroup.api.shell.ShellAnswer;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Each line in a Gogo session of its own. */
@Component
public final class GogoShell implements Shell {

    private static final Duration AT_MOST = Duration.ofSeconds(10);
    private static final int OUTPUT_MOST_KIB = 256;

    private final CommandProcessor gogo;
    private final Duration atMost;
    private final Semaphore free = new Semaphore(1);

    @Activate
    public GogoShell(@Reference CommandProcessor gogo) {
        this(gogo, AT_MOST);
    }

    GogoShell(CommandProcessor gogo, Duration atMost) {
        this.gogo = gogo;
        this.atMost = atMost;
    }

    @Override
    public ShellAnswer run(String line) {
        if (!free.tryAcquire()) {
            throw new IllegalStateException("another command runs in the shell, which takes one at a time: try again when it has ended");
        }
        BoundedOutput out = new BoundedOutput(OUTPUT_MOST_KIB);
        BoundedOutput err = new BoundedOutput(OUTPUT_MOST_KIB);
        CompletableFuture<Optional<String>> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> end.complete(perform(line, out, err)), "agentcgroup-shell");
        thread.setDaemon(true);
        thread.start();
        Optional<String> failure = failure(end, thread);
        return new ShellAnswer(out.text(), err.text(), failure);
    }

    private Optional<String> failure(CompletableFuture<Optional<String>> end, Thread thread) {
        try {
            return end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            return Optional.of("the command did not end within " + atMost.toSeconds() + " s and was interrupted");
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            return Optional.of("the daemon stops");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gogo runs each command on a thread of its own and interrupts that when the session closes; one that does not heed it goes on there. */
    private Optional<String> perform(String line, BoundedOutput out, BoundedOutput err) {
        try (PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream complained = new PrintStream(err, false, StandardCharsets.UTF_8);
                CommandSession session = gogo.createSession(InputStream.nullInputStream(), printed, complained)) {
            Object result = session.execute(line);
            if (result != null) {
                String text = session.format(result, Converter.INSPECT).toString();
                printed.print(text.endsWith("\n") ? text : text + "\n");
            }
            return Optional.empty();
        } catch (Exception | LinkageError | StackOverflowError e) {
            // Foreign commands; named as Gogo itself names it.
            return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
        } finally {
            free.release();
        }
    }
}
