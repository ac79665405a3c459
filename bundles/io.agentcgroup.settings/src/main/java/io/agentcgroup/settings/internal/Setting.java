package io.agentcgroup.settings.internal;

/**
 * What one line of a file says.
 *
 * @param pid of whom it is
 * @param line the first of it, counted from 1
 */
record Setting(String pid, String name, String value, int line) {
}
