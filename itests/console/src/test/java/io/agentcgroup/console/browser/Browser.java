package io.agentcgroup.console.browser;

import io.agentcgroup.container.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Headless Chromium with a profile of its own, as a person would use it. */
final class Browser implements AutoCloseable {

    /** Nothing on a page takes longer, even on a machine that also builds. */
    private static final Duration AT_MOST = Duration.ofSeconds(15);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Path profile;
    private final ChromeDriver driver;

    Browser() throws IOException {
        profile = Files.createTempDirectory("acg-browser");
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + profile);
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile()).build();
        driver = new ChromeDriver(service, options);
    }

    void open(String address) {
        driver.get(address);
    }

    /** Changes the page by its address, as a link would. */
    void go(String hash) {
        driver.executeScript("location.hash = arguments[0]", hash);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    String title() {
        return driver.getTitle();
    }

    String cookie(String name) {
        return driver.manage().getCookieNamed(name).getValue();
    }

    Object script(String code, Object... arguments) {
        return driver.executeScript(code, arguments);
    }

    WebElement find(String css) {
        // A page that leads to the login by itself may do so while it is looked at.
        return new WebDriverWait(driver, AT_MOST, LOOK_EVERY).ignoring(WebDriverException.class).until(page -> page.findElement(By.cssSelector(css)));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** A page that lives makes rows anew: one that went away while it was clicked is looked for again. */
    void click(String css) {
        new WebDriverWait(driver, AT_MOST, LOOK_EVERY).ignoring(StaleElementReferenceException.class).ignoring(NoSuchElementException.class)
                .ignoring(org.openqa.selenium.ElementNotInteractableException.class).until(page -> {
                    page.findElement(By.cssSelector(css)).click();
                    return true;
                });
    }

    void type(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    /** Says yes to what is being asked. */
    void confirm() {
        click("dialog #confirm");
    }

    String text(String css) {
        try {
            return find(css).getText();
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    void await(String what, String css, String part) {
        Eventually.isTrue(what, () -> {
            try {
                return all(css).stream().anyMatch(element -> contains(element, part));
            } catch (WebDriverException e) {
                return false;
            }
        });
    }

    private static boolean contains(WebElement element, String part) {
        try {
            return element.getText().contains(part);
        } catch (StaleElementReferenceException e) {
            return false;
        }
    }

    /** The width of the window, and what the system says that its user likes. */
    void look(int width, int height, boolean dark) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Runs a script in each page before the page's own, until it is closed. */
    AutoCloseable beforeEachPage(String script) {
        Map<String, Object> added = driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
        return () -> driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", added.get("identifier")));
    }

    void screenshot(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of(System.getProperty("agentcgroup.screenshots")));
        Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What the page complained of: errors of scripts, and what the content policy kept it from. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream().map(entry -> entry.getMessage())
                // An answer that says no is no error of the page.
                .filter(message -> !message.contains("the server responded with a status of 4")).toList();
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        Eventually.isTrue("the browser's profile is gone", () -> {
            delete(profile);
            return !Files.exists(profile);
        });
    }

    private static void delete(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            found.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            // Its last process is just leaving; the caller tries again.
            return;
        }
    }
}
