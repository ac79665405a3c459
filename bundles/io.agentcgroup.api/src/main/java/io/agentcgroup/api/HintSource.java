package io.agentcgroup.api;

/** Where a declared hint was found. */
public enum HintSource {
    /** {@code AGENT_RESOURCE_HINT} in the environment of the call. */
    ENVIRONMENT,
    /** A leading assignment in the command string. It is nearer to the call, so it wins over the environment. */
    COMMAND,
    /** {@code --hint} of {@code agentcgroup exec}. */
    OPTION
}
