package io.agentcgroup.intent.learned.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Shell commands {@code agentcgroup:learned}, {@code learnedExport FILE} and {@code learnedMerge FILE}. Gogo finds them by
 * their service properties; without Gogo they are just not there.
 */
@Component(service = LearnedCommands.class, property = {"osgi.command.scope=agentcgroup", "osgi.command.function=learned",
        "osgi.command.function=learnedExport", "osgi.command.function=learnedMerge"})
public final class LearnedCommands {

    private final LearnedIntents intents;

    @Activate
    public LearnedCommands(@Reference LearnedIntents intents) {
        this.intents = intents;
    }

    /** Says how much is known. */
    public String learned() {
        return intents.size() + " signatures and classes known";
    }

    /** Writes all that is known to a file. */
    public String learnedExport(String file) throws IOException {
        intents.exportTo(Path.of(file));
        return intents.size() + " signatures and classes written to " + file;
    }

    /** Adds what another host has exported. */
    public String learnedMerge(String file) throws IOException {
        return intents.mergeFrom(Path.of(file)) + " signatures and classes known now";
    }
}
