package io.agentcgroup.console.security.internal;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a browser keeps the id of its session. */
final class SessionCookie {

    private static final String NAME = "agentcgroup-console";

    private SessionCookie() {
    }

    static Optional<String> read(HttpServletRequest request) {
        return Stream.ofNullable(request.getCookies()).flatMap(Stream::of).filter(cookie -> cookie.getName().equals(NAME))
                .map(Cookie::getValue).filter(value -> !value.isEmpty()).findFirst();
    }

    static void write(HttpServletRequest request, HttpServletResponse response, String id) {
        set(request, response, id, "");
    }

    static void clear(HttpServletRequest request, HttpServletResponse response) {
        set(request, response, "", "; Max-Age=0");
    }

    private static void set(HttpServletRequest request, HttpServletResponse response, String value, String more) {
        // On the loopback interface there is no https; behind a proxy that has it, the cookie never leaves it.
        String secure = request.isSecure() ? "; Secure" : "";
        response.setHeader("Set-Cookie", NAME + "=" + value + "; Path=" + ConsolePaths.CONSOLE + "; HttpOnly; SameSite=Strict" + secure + more);
    }
}
