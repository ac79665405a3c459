package io.agentcgroup.intent.learned.internal.command;

/**
 * What a command is recognised by, from general to exact.
 *
 * @param commandClass the sort of work
 * @param executable the file that is started, without its folder: {@code python} for {@code python -m pytest}
 * @param program what does the work: {@code pytest} for {@code python -m pytest}
 * @param detail the subcommand, how much is asked for, or the modules that are imported; may be empty
 * @param exact the main command word by word, without what only changes its output
 * @param directory where a leading {@code cd} goes, or empty
 */
public record Signature(CommandClass commandClass, String executable, String program, String detail, String exact,
        String directory) {

    /** @return program and detail in one word, as people write them */
    public String name() {
        return detail.isEmpty() ? program : program + " " + detail;
    }
}
