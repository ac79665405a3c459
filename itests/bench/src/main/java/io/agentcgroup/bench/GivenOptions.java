package io.agentcgroup.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that a command was given, for the same command at another place. */
public final class GivenOptions {

    private GivenOptions() {
    }

    /**
     * @param command that is being carried out
     * @param without names of options that are left out
     * @return as they were written; none that was not
     */
    public static List<String> of(CommandSpec command, Set<String> without) {
        List<String> given = new ArrayList<>();
        // An option that was given twice is matched twice, each time with both values.
        for (OptionSpec option : new LinkedHashSet<>(command.commandLine().getParseResult().matchedOptions())) {
            String name = option.longestName();
            if (without.contains(name)) {
                continue;
            }
            if (option.arity().max() == 0) {
                given.add(name);
            } else {
                option.originalStringValues().forEach(value -> given.add(name + "=" + value));
            }
        }
        return given;
    }
}
