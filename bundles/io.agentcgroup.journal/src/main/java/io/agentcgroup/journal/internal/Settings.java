package io.agentcgroup.journal.internal;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.ToolCall;
import java.nio.file.Path;

/** The configuration, checked. */
record Settings(Path calls, Path events, long rotateBytes, int keepFiles, FsyncPolicy fsync, int commandKeep) {

    /** The largest line is some tens of kilobytes: a smaller file would be rotated at each line. */
    private static final long LEAST_ROTATE_BYTES = 64 << 10;
    private static final int MOST_FILES = 1_000;
    private static final String EVENTS_FILE = "events.jsonl";

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(FileJournal.Config config, Path state) {
        Path calls = state.resolve(config.file());
        long rotate = Quantity.parseBytes(config.rotate_bytes().strip()).orElse(0);
        if (rotate < LEAST_ROTATE_BYTES) {
            throw new IllegalArgumentException("rotate.bytes is a size of at least 64k, such as 64m, not \"" + config.rotate_bytes() + "\"");
        }
        if (config.keep_files() < 1 || config.keep_files() > MOST_FILES) {
            throw new IllegalArgumentException("keep.files is 1 to " + MOST_FILES + ", not " + config.keep_files());
        }
        if (config.command_keep() < 0 || config.command_keep() > ToolCall.LONGEST_COMMAND) {
            throw new IllegalArgumentException("command.keep is 0 to " + ToolCall.LONGEST_COMMAND + ", not " + config.command_keep());
        }
        return new Settings(calls, calls.resolveSibling(EVENTS_FILE), rotate, config.keep_files(), FsyncPolicy.of(config.fsync()),
                config.command_keep());
    }
}
