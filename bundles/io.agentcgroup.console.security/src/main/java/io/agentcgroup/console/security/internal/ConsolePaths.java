package io.agentcgroup.console.security.internal;

import jakarta.servlet.http.HttpServletRequest;

/** What lies where. */
final class ConsolePaths {

    /** Where the Felix Web Console is. */
    static final String CONSOLE = "/system/console";
    /** Our own pages in it. */
    static final String OURS = CONSOLE + "/agentcgroup";
    /** Logging out, for everybody. */
    static final String LOGOUT = CONSOLE + "/logout";
    /** Logging in, outside of the console because nobody is let into that. */
    static final String LOGIN = "/login";
    /** Where somebody gets to who says nothing else. */
    static final String HOME = OURS + "/";

    private ConsolePaths() {
    }

    /** @return whether it is one of our pages, which need no inline scripts and send the token */
    static boolean isOurs(String path) {
        return within(path, OURS) || within(path, LOGIN);
    }

    /** @return whether it is a page or a resource of the console */
    static boolean isConsole(String path) {
        return within(path, CONSOLE);
    }

    /** @return whether the path is this folder or lies below it */
    static boolean within(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }

    /** @return the path as it was sent; {@link RequestRules} has seen to it that it has no second reading */
    static String of(HttpServletRequest request) {
        return request.getRequestURI();
    }
}
