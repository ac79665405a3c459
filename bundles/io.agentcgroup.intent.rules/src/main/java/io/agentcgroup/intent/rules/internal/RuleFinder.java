package io.agentcgroup.intent.rules.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the first rule that matches a simple command, and remembers it: agents repeat themselves, and some dozens of patterns one
 * after the other take a noticeable part of a call's time at the gate. Thread-safe.
 */
final class RuleFinder {

    /** Commands are cut at {@link SimpleCommands#LONGEST}: less than half a megabyte, whatever agents write. */
    static final int REMEMBERED = 500;

    private final List<Rule> rules;
    private final Map<String, Optional<Rule>> found = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<Rule>> eldest) {
            return size() > REMEMBERED;
        }
    };

    RuleFinder(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    int size() {
        return rules.size();
    }

    Optional<Rule> find(String command) {
        synchronized (found) {
            Optional<Rule> known = found.get(command);
            if (known != null) {
                return known;
            }
        }
        // Outside: one long list of rules must not make the others wait.
        Optional<Rule> first = rules.stream().filter(rule -> rule.matches(command)).findFirst();
        synchronized (found) {
            found.put(command, first);
        }
        return first;
    }
}
