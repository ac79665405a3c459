package io.agentcgroup.console.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.health.HealthFinding;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.json.RecordJson;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.apache.felix.webconsole.servlet.User;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AgentCgroup in the Felix Web Console: one page and its resources, what it asks ({@code api/...}, GET), and what it does (POST, role
 * operate). The page is whole by itself, without the console's frame, whose inline scripts a strict content policy does not allow.
 */
@Component(service = Servlet.class, property = {"felix.webconsole.label=agentcgroup", "felix.webconsole.title=AgentCgroup",
    "felix.webconsole.category=AgentCgroup"})
public final class ConsolePlugin extends AbstractServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ConsolePlugin.class);

    private static final String LABEL = "/agentcgroup";
    private static final String API = "/api/";
    private static final int LONGEST_REQUEST_BYTES = 4_096;
    /** Set by the console's security. */
    private static final String UPLOAD_ATTRIBUTE = "io.agentcgroup.console.upload";
    private static final String SIGNERS_ATTRIBUTE = "io.agentcgroup.console.upload.signers";
    private static final String BUNDLE_TYPE = "application/java-archive";
    private static final int MOST_EVENTS = 500;
    private static final int EVENTS_OF_A_CALL = 200;

    private final transient Services services;
    private final transient HostFacts host;
    private final transient Providers providers;
    private final transient Operations operations;
    private final transient PageFiles files;

    @Activate
    public ConsolePlugin(@Reference Services services, BundleContext context) {
        this.services = services;
        files = new PageFiles(context.getBundle());
        Deployment deployment = new Deployment(Path.of(Optional.ofNullable(context.getProperty("agentcgroup.state")).orElse("/var/lib/agentcgroup")));
        host = new HostFacts(services);
        providers = new Providers(context, services, deployment);
        operations = new Operations(services, providers, deployment);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = pathBelowLabel(request);
        if (path.isEmpty()) {
            // So that what the page names relatively lies below it.
            response.sendRedirect(request.getContextPath() + request.getServletPath() + LABEL + "/");
        } else if (path.startsWith(API)) {
            answer(response, () -> look(path.substring(API.length()), request));
        } else if (!files.send(path, request, response)) {
            send(response, HttpServletResponse.SC_NOT_FOUND, Map.of("error", "there is no such page"));
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = pathBelowLabel(request);
        User user = (User) request.getAttribute(User.USER_ATTRIBUTE);
        // The console's security has looked already; this is the second wall.
        if (user == null || !user.authorize("operate") || !path.startsWith(API)) {
            send(response, HttpServletResponse.SC_FORBIDDEN, Map.of("error", "this needs role operate"));
            return;
        }
        String operation = path.substring(API.length());
        answer(response, () -> Map.of("done", operation.equals("upload")
                ? upload(user, request)
                : operations.perform(nameOf(user), operation, body(request))));
    }

    /** The type is what the console's security knows an upload by. */
    private String upload(User user, HttpServletRequest request) throws IOException {
        if (!BUNDLE_TYPE.equals(request.getContentType()) || !Boolean.TRUE.equals(request.getAttribute(UPLOAD_ATTRIBUTE))) {
            throw new NotNowException("upload is turned off, or this is no " + BUNDLE_TYPE);
        }
        Optional<Path> signers = Optional.ofNullable(request.getAttribute(SIGNERS_ATTRIBUTE)).map(String::valueOf).map(Path::of);
        return operations.upload(nameOf(user), request.getInputStream(), signers);
    }

    private static String pathBelowLabel(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path.startsWith(LABEL) ? path.substring(LABEL.length()) : path;
    }

    private static Map<String, Object> body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(LONGEST_REQUEST_BYTES);
        try {
            return JSON.std.mapFrom(body);
        } catch (IOException e) {
            throw new IllegalArgumentException("the request is no JSON object", e);
        }
    }

    private Object look(String what, HttpServletRequest request) {
        return switch (what) {
            case "me" -> me(request);
            case "host" -> host.json();
            case "health" -> health();
            case "calls" -> calls(request);
            case "call" -> call(parameter(request, "id"));
            case "events" -> events(parameter(request, "kinds"), number(request, "limit", MOST_EVENTS));
            case "plugins" -> plugins(request);
            case "effects" -> PolicyEffects.of(services.requiredJournal(), Instant.now());
            default -> throw new IllegalArgumentException("there is nothing of that name");
        };
    }

    private Object health() {
        List<HealthFinding> findings = services.health().orElseThrow(() -> new NotNowException("the health checks are not installed")).examine();
        return Map.of("level", HealthFinding.worst(findings).name().toLowerCase(Locale.ROOT),
                "checks", Shown.of(findings.stream().map(RecordJson::of).toList()));
    }

    private static Map<String, Object> me(HttpServletRequest request) {
        User user = (User) request.getAttribute(User.USER_ATTRIBUTE);
        return Map.of("user", nameOf(user), "operate", user.authorize("operate"));
    }

    private static String nameOf(User user) {
        return user.getUserObject() instanceof Principal principal ? principal.getName() : "unknown";
    }

    private Object calls(HttpServletRequest request) {
        return new PastCalls(services.requiredJournal()).page(new PastCalls.Query(parameter(request, "q"), parameter(request, "session"),
                parameter(request, "end"), parameter(request, "before"), number(request, "limit", PastCalls.MOST_ROWS)));
    }

    private Object call(String id) {
        Map<String, Object> json = new LinkedHashMap<>();
        Optional<Map<String, Object>> running = services.toolCalls().map(ToolCalls::running).orElse(List.of()).stream()
                .filter(status -> status.call().id().value().equals(id)).findFirst().map(RecordJson::of);
        json.put("running", running.isPresent());
        json.put("call", running.or(() -> new PastCalls(services.requiredJournal()).call(id))
                .orElseThrow(() -> new NotNowException("there is no call " + id)));
        json.put("events", services.requiredJournal().queryEvents(event -> event.get("details") instanceof Map<?, ?> details
                && id.equals(details.get("call")), EVENTS_OF_A_CALL));
        return Shown.of(json);
    }

    private Object events(String kinds, int limit) {
        List<String> wanted = kinds.isEmpty() ? List.of() : List.of(kinds.split("\\."));
        Journal journal = services.requiredJournal();
        Map<String, Object> json = new LinkedHashMap<>();
        // Before they are read, so that what comes meanwhile is more than was counted.
        json.put("events_total", journal.counters().get("events_total"));
        json.put("events", Shown.of(journal.queryEvents(event -> wanted.isEmpty() || wanted.contains(event.get("kind")), limit)));
        return json;
    }

    private Object plugins(HttpServletRequest request) {
        Optional<PolicyChoice> choice = services.policySwitch().map(PolicySwitch::choice);
        return Map.of("plugins", Shown.of(providers.json()), "roll_back", choice.map(PolicyChoice::canRollBack).orElse(false),
                "policy", Shown.of(choice.flatMap(PolicyChoice::policy).orElse("")),
                "policy_by", choice.map(one -> one.source().name().toLowerCase(Locale.ROOT)).orElse("ranking"),
                "upload", Boolean.TRUE.equals(request.getAttribute(UPLOAD_ATTRIBUTE)));
    }

    private static String parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).orElse("");
    }

    private static int number(HttpServletRequest request, String name, int most) {
        String text = parameter(request, name);
        try {
            return text.isEmpty() ? most : Math.max(1, Math.min(most, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number", e);
        }
    }

    private interface Question {
        Object ask() throws IOException, BundleException;
    }

    private static void answer(HttpServletResponse response, Question question) throws IOException {
        Object json;
        int status = HttpServletResponse.SC_OK;
        try {
            json = question.ask();
        } catch (IllegalArgumentException e) {
            status = HttpServletResponse.SC_BAD_REQUEST;
            json = Map.of("error", Shown.of(String.valueOf(e.getMessage())));
        } catch (NotNowException e) {
            status = HttpServletResponse.SC_CONFLICT;
            json = Map.of("error", Shown.of(String.valueOf(e.getMessage())));
        } catch (BundleException | RuntimeException e) {
            LOG.warn("a request of the console failed", e);
            status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
            json = Map.of("error", Shown.of(String.valueOf(e.getMessage())));
        }
        send(response, status, json);
    }

    private static void send(HttpServletResponse response, int status, Object json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getOutputStream().write(JSON.std.asBytes(json));
    }
}
