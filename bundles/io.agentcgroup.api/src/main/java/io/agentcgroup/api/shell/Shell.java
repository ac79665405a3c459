package io.agentcgroup.api.shell;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs a line as if it had been typed into the container's shell. An OSGi service. Thread-safe. Whoever may use it is as good as the user
 * of the daemon, which is root: ask only for somebody who is that.
 *
 * <pre>{@code
 * ShellAnswer answer = shell.run("agentcgroup:sessions");
 * answer.failure().ifPresentOrElse(System.err::println, () -> System.out.print(answer.out()));
 * }</pre>
 */
@ProviderType
public interface Shell {

    /**
     * @param line one or more commands, as the shell's language has it; its variables end with it
     * @return what was printed, also by a command that failed or did not end in time
     * @throws IllegalStateException if another line runs: it is one at a time
     */
    ShellAnswer run(String line);
}
