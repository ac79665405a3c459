package io.agentcgroup.intent.learned.internal.shell;

import java.util.List;

/**
 * One program with its arguments, as the shell would start it.
 *
 * @param words program and arguments, at least one
 * @param piped whether it reads from the command before it
 */
public record SimpleCommand(List<String> words, boolean piped) {

    public SimpleCommand {
        words = List.copyOf(words);
    }

    /** @return the first word */
    public String program() {
        return words.get(0);
    }

    /** @return the words after the first */
    public List<String> arguments() {
        return words.subList(1, words.size());
    }
}
