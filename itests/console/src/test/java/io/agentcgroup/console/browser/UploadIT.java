package io.agentcgroup.console.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.console.browser.ConsoleIT.Frugal;
import io.agentcgroup.container.DeployableBundle;
import io.agentcgroup.container.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles sent to an appliance that takes only what its operator's people signed, by somebody who may operate the console and wants more. */
class UploadIT {

    private static final char[] KEYS_PASSWORD = "changeit".toCharArray();
    private static final String SECURITY = "io.agentcgroup.console.security";
    private static final String POLICY = Frugal.class.getName();
    /** Above every ranking that is shipped. */
    private static final int HIGH_RANKING = 10_000;

    @TempDir
    private static Path folder;
    private static Console console;
    private static Console.Login login;
    private static KeyStore keys;
    private static Path signers;
    private static Path unsigned;

    @BeforeAll
    static void startWithSigners() throws Exception {
        keytool("operator");
        keytool("stranger");
        keys = KeyStore.getInstance(folder.resolve("keys.p12").toFile(), KEYS_PASSWORD);
        signers = Files.writeString(folder.resolve("signers.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getCertificate("operator").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        unsigned = DeployableBundle.deploy(Files.createDirectory(folder.resolve("out")), Frugal.class, AdaptivePolicy.class, HIGH_RANKING);
        console = new Console();
        configure("upload = true\nupload.signers = " + signers + "\nfelix.changes = true\n");
        console.start();
        logIn();
    }

    /** New settings end all sessions. */
    private static void logIn() throws Exception {
        Eventually.isTrue("somebody is let in", UploadIT::isLetIn);
    }

    private static boolean isLetIn() throws Exception {
        Optional<Console.Login> there = console.tryLogIn("admin", Console.password(console.started()));
        there.ifPresent(one -> login = one);
        return there.isPresent();
    }

    private static void keytool(String name) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", name,
                "-dname", "CN=" + name, "-validity", "10", "-keyalg", "EC", "-keystore", folder.resolve("keys.p12").toString(),
                "-storepass", new String(KEYS_PASSWORD)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static void configure(String lines) throws IOException {
        Files.writeString(console.instance().conf().resolve(SECURITY + ".cfg"), lines);
    }

    @AfterAll
    static void stop() throws Exception {
        console.close();
    }

    @Test
    void whatNobodySignedIsRefused() throws Exception {
        assertRefused(unsigned, "is not signed, and only signed bundles are taken (property upload.signers)");
    }

    @Test
    void whatAStrangerSignedIsRefused() throws Exception {
        assertRefused(signed("stranger"), "signed by CN=stranger, for whom no valid certificate in " + signers + " vouches");
    }

    @Test
    void whatWasChangedAfterItWasSignedIsRefused() throws Exception {
        Path changed = signed("operator");
        try (FileSystem jar = FileSystems.newFileSystem(changed)) {
            Path component = jar.getPath("OSGI-INF/component.xml");
            Files.writeString(component, Files.readString(component).replace("" + HIGH_RANKING, "" + 2 * HIGH_RANKING));
        }
        assertRefused(changed, "it was changed after it was signed");
    }

    @Test
    void whatSomethingWasAddedToIsRefused() throws Exception {
        Path more = signed("operator");
        try (FileSystem jar = FileSystems.newFileSystem(more)) {
            Files.writeString(jar.getPath("More.class"), "one more");
        }
        assertRefused(more, "More.class in it is not signed");
    }

    @Test
    void whatIsSignedIsRefusedWithoutTheTokenOfTheLogin() throws Exception {
        HttpResponse<String> answer = console.send(upload(signed("operator")).build());
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("lacks the token"), answer.body());
        assertEquals(List.of(), deployed());
    }

    @Test
    void whatTheOperatorsPeopleSignedIsTakenAndRuns() throws Exception {
        HttpResponse<String> answer = send(signed("operator"));
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("was uploaded"), answer.body());
        try {
            Eventually.isTrue("its policy is there", () -> plugins().contains(POLICY));
        } finally {
            for (String name : deployed()) {
                Files.delete(console.instance().deploy().resolve(name));
            }
            Eventually.isTrue("it is gone", () -> !plugins().contains(POLICY));
        }
    }

    @Test
    void felixsPagesCannotChangeWhoHasToSign() throws Exception {
        HttpResponse<String> answer = console.send(changeSigners().build());
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("turned off while upload.signers"), answer.body());
        HttpRequest install = console.request("/system/console/bundles").header("Cookie", login.cookie()).header("Origin", console.address())
                .header("Content-Type", "multipart/form-data; boundary=x").POST(BodyPublishers.ofString("--x--")).build();
        assertEquals(403, console.send(install).statusCode(), "Felix's own upload");
        assertRefused(unsigned, "is not signed");
    }

    /** What such a change does where it may: otherwise the test before would prove nothing. */
    @Test
    void withoutSignersFelixsPagesChangeWhatTheyAreAllowedTo() throws Exception {
        configure("upload = true\nfelix.changes = true\n");
        try {
            Eventually.isTrue("the change is taken", () -> isLetIn() && console.send(changeSigners().build()).statusCode() < 400);
        } finally {
            configure("upload = true\nupload.signers = " + signers + "\nfelix.changes = true\n");
            Eventually.isTrue("they have to be signed again", () -> isLetIn() && console.send(changeSigners().build()).statusCode() == 403);
        }
    }

    /** As Felix's page for configuration sends it: what is not in the list is not set any more. */
    private static HttpRequest.Builder changeSigners() {
        return console.request("/system/console/configMgr/" + SECURITY).header("Cookie", login.cookie()).header("Origin", console.address())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("apply=true&action=ajaxConfigManager&propertylist=upload%2Cfelix.changes&upload=true&felix.changes=true"));
    }

    private static void assertRefused(Path bundle, String why) throws Exception {
        HttpResponse<String> answer = send(bundle);
        assertEquals(400, answer.statusCode(), answer.body());
        String error = String.valueOf(JSON.std.mapFrom(answer.body()).get("error"));
        assertTrue(error.startsWith("the bundle is refused: ") && error.contains(why), error);
        assertEquals(List.of(), deployed());
        assertTrue(console.ask("events", "events", Map.of("limit", 50)).stream().map(event -> String.valueOf(event.get("message")))
                .anyMatch(message -> message.startsWith("admin: an upload was refused: ") && message.contains(why)), "who tried is noted");
        assertFalse(plugins().contains(POLICY));
    }

    /** By their classes: what a policy calls itself is known only once it was asked. */
    private static List<Object> plugins() {
        return console.ask("plugins", "plugins", Map.of()).stream().map(plugin -> plugin.get("implementation")).toList();
    }

    private static HttpResponse<String> send(Path bundle) throws Exception {
        return console.send(upload(bundle).header("X-AgentCgroup-Token", login.token()).build());
    }

    private static HttpRequest.Builder upload(Path bundle) throws IOException {
        return console.request(Console.PAGES + "api/upload").header("Cookie", login.cookie()).header("Origin", console.address())
                .header("Content-Type", "application/java-archive").POST(BodyPublishers.ofFile(bundle));
    }

    private static List<String> deployed() throws IOException {
        try (Stream<Path> files = Files.list(console.instance().deploy())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Path signed(String alias) throws Exception {
        Path signed = Files.createTempFile(folder, "signed", ".jar");
        KeyStore.PrivateKeyEntry key = (KeyStore.PrivateKeyEntry) keys.getEntry(alias, new KeyStore.PasswordProtection(KEYS_PASSWORD));
        try (ZipFile jar = new ZipFile(unsigned.toFile()); OutputStream out = Files.newOutputStream(signed)) {
            new JarSigner.Builder(key).build().sign(jar, out);
        }
        return signed;
    }
}
