package io.agentcgroup.intent.learned.internal.command;

/**
 * What sort of work a command is: the level of back-off between a program and everything. In the order in which they name
 * a compound command: {@code pip install -e . && pytest | tail} is a test.
 */
public enum CommandClass {
    /** Runs tests. */
    TEST,
    /** Makes a fresh environment and fills it: the biggest installs. */
    INSTALL_FRESH,
    /** Fetches and installs packages. */
    INSTALL,
    /** Compiles, links, bundles, checks types. */
    BUILD,
    /** A script handed to an interpreter as text, which imports more than the standard library. */
    RUN_IMPORT,
    /** A script file, or a program of the project itself. */
    RUN_SCRIPT,
    /** A script handed to an interpreter as text, standard library only. */
    RUN_LIGHT,
    /** Talks to the network. */
    NET,
    /** Version control. */
    VCS,
    /** None of these. */
    OTHER,
    /** Looks at files or at the system. */
    LOOK;

    /** @return whether such commands load the project's own code, so that the size of one tells about the others */
    public boolean loadsProject() {
        return this == TEST || this == RUN_IMPORT || this == RUN_SCRIPT;
    }
}
