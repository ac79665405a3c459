package io.agentcgroup.engine.internal;

import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.engine.CallListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the agent is told about one call, and that it is not told too much. Thread-safe. */
final class Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    /** An agent reads every line into its context: more than that in one call would do harm. */
    static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 1_000;

    static final CallListener NOBODY = new CallListener() {
        @Override
        public void feedback(String line) {
            // A call that was adopted after a restart has no shim to hear it.
        }

        @Override
        public void waiting(String reason, long atMostMs) {
            // As above.
        }
    };

    private final List<String> told = new ArrayList<>();
    /** By line; guarded by {@link #told}. */
    private final Map<String, String> twins = new HashMap<>();
    private volatile CallListener listener;

    Conversation(CallListener listener) {
        this.listener = listener;
    }

    void goOnWith(CallListener another) {
        listener = another;
    }

    /** Tells while the call runs. */
    void tell(String text) {
        tell(Word.plain(text));
    }

    /** Tells while the call runs. */
    void tell(Word word) {
        List<String> lines = note(List.of(word));
        try {
            lines.forEach(listener::feedback);
        } catch (RuntimeException e) {
            LOG.warn("an agent could not be told: {}", lines, e);
        }
    }

    /** Takes down what is told in another way: before the call starts, or with the answer at its end. @return fit to be shown */
    List<String> note(List<Word> words) {
        synchronized (told) {
            List<String> lines = new ArrayList<>();
            for (Word word : words.subList(0, Math.min(words.size(), MOST_LINES - told.size()))) {
                String line = PrintableText.escape(word.text(), LONGEST_LINE);
                lines.add(line);
                word.twin().ifPresent(twin -> twins.put(line, twin));
            }
            told.addAll(lines);
            return lines;
        }
    }

    /** @return the twin for programs of a line that was noted, JSON; empty when it has none */
    Optional<String> twin(String line) {
        synchronized (told) {
            return Optional.ofNullable(twins.get(line));
        }
    }

    List<String> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }
}
