package io.agentcgroup.launcher;

/** What is installed or configured does not fit together: starting again will not help, somebody has to mend it. */
public final class InstallationException extends LaunchException {

    private static final long serialVersionUID = 1L;

    public InstallationException(String message) {
        super(message);
    }

    public InstallationException(String message, Throwable cause) {
        super(message, cause);
    }
}
