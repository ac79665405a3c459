package io.agentcgroup.api;

/** Whose work matters more when there is not enough for all. Declared from most to least important. */
public enum Priority {
    /** Somebody waits for this session; it is held back last. */
    HIGH,
    /** The default. */
    NORMAL,
    /** Work that may take longer; held back first. */
    LOW
}
