package io.agentcgroup.settings.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Says of each line what is wrong with it: file, line, and what would be right. */
final class Checker {

    private final Function<String, Optional<Map<String, Definition>>> definitions;

    /** @param definitions of a PID, by name; empty when nobody has that PID */
    Checker(Function<String, Optional<Map<String, Definition>>> definitions) {
        this.definitions = definitions;
    }

    /** @return a sentence for the operator; nothing if it is well */
    Optional<String> fault(Path file, Setting setting) {
        Optional<Map<String, Definition>> known = definitions.apply(setting.pid());
        Optional<String> fault;
        if (known.isEmpty()) {
            fault = Optional.of("nobody here reads settings of " + setting.pid() + "; its feature may be off");
        } else if (!known.get().containsKey(setting.name())) {
            fault = Optional.of(setting.pid() + " has no setting " + setting.name() + ", only " + String.join(", ", known.get().keySet()));
        } else {
            fault = known.get().get(setting.name()).fault(setting.value());
        }
        return fault.map(text -> where(file, setting) + text);
    }

    static String where(Path file, Setting setting) {
        return file + ", line " + setting.line() + ": ";
    }

    /** Whether it may have several values, of which each has a line. */
    boolean isSeveral(Setting setting) {
        return definitions.apply(setting.pid()).map(known -> known.get(setting.name())).map(Definition::several).orElse(false);
    }
}
