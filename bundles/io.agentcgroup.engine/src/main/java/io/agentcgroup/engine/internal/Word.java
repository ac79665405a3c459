package io.agentcgroup.engine.internal;

import java.util.Optional;

/**
 * One thing that an agent is told.
 *
 * @param text for whoever reads
 * @param twin the same for programs, a JSON object with schema {@code agentcgroup.feedback/v1}; empty when the text is all there is
 */
record Word(String text, Optional<String> twin) {

    static final String SCHEMA = "agentcgroup.feedback/v1";

    static Word plain(String text) {
        return new Word(text, Optional.empty());
    }

    /** @return what programs are told of an event, to be added to */
    static JsonMap event(String name) {
        return new JsonMap().put("schema", SCHEMA).put("event", name);
    }

    static Word of(String text, JsonMap event) {
        return new Word(text, Optional.of(event.text()));
    }
}
