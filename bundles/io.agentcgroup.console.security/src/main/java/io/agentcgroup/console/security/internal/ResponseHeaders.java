package io.agentcgroup.console.security.internal;

import jakarta.servlet.http.HttpServletResponse;

/** What every answer carries, so that a browser does no more with it than it must. */
final class ResponseHeaders {

    private static final String EVERYWHERE = "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

    /** Ours: nothing inline, nothing from elsewhere. What slips through as HTML still is no script. */
    private static final String STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'" + EVERYWHERE;

    /** Felix's own pages have scripts and styles inside of the page. */
    private static final String FELIX = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
            + EVERYWHERE;

    private ResponseHeaders() {
    }

    static void set(String path, HttpServletResponse response) {
        boolean felix = ConsolePaths.isConsole(path) && !ConsolePaths.isOurs(path);
        response.setHeader("Content-Security-Policy", felix ? FELIX : STRICT);
        response.setHeader("X-Content-Type-Options", "nosniff");
        // For what does not know frame-ancestors.
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        response.setHeader("Cache-Control", "no-store");
    }
}
