package io.agentcgroup.bench.console;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.CommandException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headless Chromium, driven by its chromedriver and the protocol of that (WebDriver: JSON over HTTP), without a library for it. */
final class Chromium implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 900;
    private static final int END_AT_MOST_S = 10;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String driverAddress;
    private final String session;

    /** @param profile a folder that goes away */
    Chromium(Path profile) throws IOException, InterruptedException {
        driver = start();
        driverAddress = "http://127.0.0.1:" + port();
        Map<String, Object> options = Map.of("args", List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-dev-shm-usage", "--no-first-run", "--window-size=" + WIDTH + "," + HEIGHT, "--user-data-dir=" + profile));
        Map<?, ?> opened = (Map<?, ?>) ask("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", Map.of("goog:chromeOptions", options))));
        session = "/session/" + opened.get("sessionId");
    }

    private static Process start() {
        try {
            // It goes when we go, however that is.
            return new ProcessBuilder("setpriv", "--pdeathsig", "TERM", "--", "chromedriver", "--port=0").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new CommandException("there is no browser to measure with: " + e.getMessage(), e);
        }
    }

    private String port() throws IOException {
        BufferedReader said = driver.inputReader(StandardCharsets.UTF_8);
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return port.group(1);
            }
            all.append(' ').append(line);
        }
        throw new CommandException("there is no browser to measure with (Debian's packages chromium and chromium-driver):" + all);
    }

    void open(String address) throws IOException, InterruptedException {
        ask("POST", session + "/url", Map.of("url", address));
    }

    /**
     * Runs JavaScript on the page, the body of a function.
     *
     * @return what it passes to the function that is its last argument
     */
    Object await(String script, Object... arguments) throws IOException, InterruptedException {
        return ask("POST", session + "/execute/async", Map.of("script", script, "args", List.of(arguments)));
    }

    /**
     * Runs JavaScript in each page from now on, before anything of the page itself.
     *
     * @return what it is called when it is to be taken away
     */
    String addToEachPage(String script) throws IOException, InterruptedException {
        return String.valueOf(((Map<?, ?>) devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))).get("identifier"));
    }

    void removeFromEachPage(String identifier) throws IOException, InterruptedException {
        devTools("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", identifier));
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        Files.write(file, Base64.getDecoder().decode(String.valueOf(((Map<?, ?>) devTools("Page.captureScreenshot", Map.of())).get("data"))));
    }

    private Object devTools(String command, Map<String, Object> parameters) throws IOException, InterruptedException {
        return ask("POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    private Object ask(String method, String path, Map<String, Object> body) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(driverAddress + path)).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(JSON.std.asString(body))).build(), BodyHandlers.ofString());
        Object value = JSON.std.mapFrom(answer.body()).get("value");
        if (answer.statusCode() != 200) {
            throw new IOException("the browser says: " + (value instanceof Map<?, ?> error ? error.get("message") : answer.body()));
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        try {
            ask("DELETE", session, Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void end() {
        driver.destroy();
        try {
            if (!driver.waitFor(END_AT_MOST_S, TimeUnit.SECONDS)) {
                driver.destroyForcibly();
            }
        } catch (InterruptedException e) {
            driver.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
