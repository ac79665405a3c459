package io.agentcgroup.engine.internal;

/**
 * The end of a call's leader, kept with the domain until the call is journalled, so that a daemon that is killed in between does
 * not lose the exit code.
 */
record ExitRecord(int waitStatus, long exitedNs) {

    static final String KEY = "exited";

    String write() {
        return waitStatus + " " + exitedNs;
    }

    /** @throws IllegalArgumentException if it is no such record */
    static ExitRecord read(String text) {
        String[] parts = text.split(" ");
        if (parts.length != 2) {
            throw new IllegalArgumentException("not an exit record: " + text);
        }
        return new ExitRecord(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }
}
