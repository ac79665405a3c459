package io.agentcgroup.api.shell;

import java.util.Optional;

/**
 * What a line printed. Texts of agents may be in it; escape on output.
 *
 * @param out the standard output, and the result as the shell formats it
 * @param err the standard error
 * @param failure why it failed; empty if it did not
 */
public record ShellAnswer(String out, String err, Optional<String> failure) {
}
