package io.agentcgroup.console.browser;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.container.Instance;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An appliance with the console, asked over HTTP by somebody who is no browser. */
final class Console implements AutoCloseable {

    static final String PAGES = "/system/console/agentcgroup/";
    private static final Pattern PASSWORD = Pattern.compile("password ([a-z0-9-]+)");

    private final Instance instance = new Instance();
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    private String started;

    Console() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(instance.conf().resolve("agentcgroup.properties"), "features = core, enforcement, calls, intents, policies, gateway, health, console, metrics\n"
                + "org.osgi.service.http.port = " + port + "\nfelix.fileinstall.poll = 200\n");
    }

    void start() throws IOException, InterruptedException {
        started = instance.succeed("start").out();
    }

    Instance instance() {
        return instance;
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Asks the daemon itself, without the second that a command takes. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> ask(String operation, String list, Map<String, ?> parameters) {
        return (List<Map<String, Object>>) new ControlClient(instance.run()).ask(operation, parameters).get(list);
    }

    /** What {@code agentcgroup start} printed. */
    String started() {
        return started;
    }

    /** The password in what a command printed. */
    static String password(String printed) {
        Matcher found = PASSWORD.matcher(printed);
        if (!found.find()) {
            throw new AssertionError("no password in: " + printed);
        }
        return found.group(1);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address() + path));
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    /** A login as a script would do it. */
    record Login(String cookie, String token) {
    }

    Login logIn(String user, String password) throws IOException, InterruptedException {
        return tryLogIn(user, password).orElseThrow(() -> new AssertionError(user + " is not let in"));
    }

    /** Empty when nobody is let in, as for a moment when the settings have changed. */
    Optional<Login> tryLogIn(String user, String password) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/login").header("Origin", address())
                .POST(BodyPublishers.ofString(JSON.std.asString(Map.of("name", user, "password", password)))).build());
        if (answer.statusCode() != 200) {
            System.err.println("login: " + answer.statusCode() + " " + answer.body());
            return Optional.empty();
        }
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        return Optional.of(new Login(cookie, String.valueOf(JSON.std.mapFrom(answer.body()).get("token"))));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        instance.close();
    }
}
