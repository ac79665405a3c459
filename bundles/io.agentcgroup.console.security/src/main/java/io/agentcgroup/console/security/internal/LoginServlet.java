package io.agentcgroup.console.security.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page on which somebody logs in, and what it asks. The only thing here that strangers reach. */
@Component(service = Servlet.class, property = {"osgi.http.whiteboard.servlet.pattern=" + ConsolePaths.LOGIN + "/*",
    "osgi.http.whiteboard.servlet.pattern=/"})
public final class LoginServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Name and password in JSON; nobody has longer ones. */
    private static final int LONGEST_REQUEST_BYTES = 1_024;
    private static final int TOO_MANY_REQUESTS = 429;

    private static final Map<String, String> FILES = Map.of("/login.html", "text/html", "/login.css", "text/css", "/login.js", "text/javascript");

    private final transient ConsoleSecurity security;

    @Activate
    public LoginServlet(@Reference ConsoleSecurity security) {
        this.security = security;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (ConsolePaths.of(request).equals("/")) {
            response.sendRedirect(ConsolePaths.HOME);
            return;
        }
        boolean login = ConsolePaths.within(ConsolePaths.of(request), ConsolePaths.LOGIN);
        String path = !login ? "" : Optional.ofNullable(request.getPathInfo()).filter(name -> !name.equals("/")).orElse("/login.html");
        String type = FILES.get(path);
        if (type == null) {
            Answers.refuse(response, HttpServletResponse.SC_NOT_FOUND, "there is no such page");
            return;
        }
        response.setContentType(type);
        response.setCharacterEncoding("UTF-8");
        try (InputStream file = LoginServlet.class.getResourceAsStream("/login" + path)) {
            file.transferTo(response.getOutputStream());
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, Object> asked = read(request);
        String name = String.valueOf(asked.get("name"));
        char[] password = String.valueOf(asked.get("password")).toCharArray();
        try {
            Optional<LoginSessions.Opened> opened = security.logIn(request.getRemoteAddr(), name, password);
            if (opened.isPresent()) {
                SessionCookie.write(request, response, opened.get().id());
                Answers.send(response, Map.of("token", opened.get().who().token(), "to", ConsolePaths.HOME));
            } else {
                Answers.refuse(response, HttpServletResponse.SC_UNAUTHORIZED, security.hasAccounts() ? "wrong name or password"
                        : "nobody has an account yet; as root on the host: agentcgroup password");
            }
        } catch (LoginDesk.BusyException e) {
            response.setHeader("Retry-After", "5");
            Answers.refuse(response, TOO_MANY_REQUESTS, e.getMessage());
        }
    }

    private static Map<String, Object> read(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(LONGEST_REQUEST_BYTES);
        try {
            return JSON.std.mapFrom(body);
        } catch (IOException e) {
            return Map.of();
        }
    }
}
