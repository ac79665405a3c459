package io.agentcgroup.api;

/** Where in its session a command is born. */
public enum Placement {
    /** A domain of its own, {@code call-<id>}. */
    CALL,
    /** {@code services/}: a long-lived child that is no tool call, such as an MCP server. */
    SERVICE
}
