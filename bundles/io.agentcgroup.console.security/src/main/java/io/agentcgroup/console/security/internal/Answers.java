package io.agentcgroup.console.security.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Short answers in JSON. */
final class Answers {

    private Answers() {
    }

    static void refuse(HttpServletResponse response, int status, String sentence) throws IOException {
        response.setStatus(status);
        send(response, Map.of("error", sentence));
    }

    static void send(HttpServletResponse response, Map<String, Object> json) throws IOException {
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(JSON.std.asBytes(json));
        response.flushBuffer();
    }
}
