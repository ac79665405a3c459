package io.agentcgroup.api;

/**
 * Something this host offers or does not, with the reason in words.
 *
 * @param name short, stable, such as {@code memory.controller}
 * @param available whether it is there
 * @param reason one sentence: what was looked at and what was found
 */
public record Capability(String name, boolean available, String reason) {
}
