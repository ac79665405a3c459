package io.agentcgroup.api;

/**
 * What an agent declared, word for word. Hostile until parsed.
 *
 * @param text the declaration, at most {@value #LONGEST} characters
 * @param source where it was found
 */
public record Hint(String text, HintSource source) {

    /** No sensible hint is longer; what is longer is not parsed. */
    public static final int LONGEST = 256;
}
