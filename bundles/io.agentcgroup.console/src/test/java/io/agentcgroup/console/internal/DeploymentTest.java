package io.agentcgroup.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken into the folder of bundles, with keys and signatures as operators make them. */
class DeploymentTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path keys;
    private static KeyStore store;

    @TempDir
    private Path state;
    private Deployment deployment;
    private Path trusted;

    @BeforeAll
    static void makeKeys() throws Exception {
        for (String name : List.of("operator", "stranger")) {
            keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-validity", "10");
        }
        keytool("-genkeypair", "-alias", "old", "-dname", "CN=old", "-startdate", "-10d", "-validity", "5");
        keytool("-genkeypair", "-alias", "server", "-dname", "CN=server", "-ext", "eku=serverAuth");
        keytool("-genkeypair", "-alias", "house", "-dname", "CN=house", "-ext", "bc:c");
        keytool("-genkeypair", "-alias", "member", "-dname", "CN=member", "-signer", "house");
        store = KeyStore.getInstance(keys.resolve("keys.p12").toFile(), PASSWORD);
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("-keyalg", "EC", "-keystore", keys.resolve("keys.p12").toString(), "-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    @BeforeEach
    void trustTheOperator() throws Exception {
        Files.createDirectory(state.resolve("deploy"));
        deployment = new Deployment(state);
        trusted = trust("operator", "old", "server");
    }

    @Test
    void withoutTrustedSignersEveryBundleIsTaken() throws Exception {
        assertEquals("org.example.policy-1.0.0.jar", put(bundle(), Optional.empty()));
        assertEquals("org.example.policy-1.0.0.jar", put(signed(bundle(), "stranger"), Optional.empty()));
    }

    @Test
    void whatTheOperatorSignedIsTaken() throws Exception {
        assertEquals("org.example.policy-1.0.0.jar", put(signed(bundle(), "operator"), Optional.of(trusted)));
        assertEquals(List.of("org.example.policy-1.0.0.jar"), deployed());
    }

    @Test
    void whatACertificateSignedForWhichATrustedOneVouchesIsTaken() throws Exception {
        trusted = trust("house");
        put(signed(bundle(), "member"), Optional.of(trusted));
        assertEquals(1, deployed().size());
        trusted = trust("member");
        put(signed(bundle(), "member"), Optional.of(trusted));
        assertRefused(signed(bundle(), "house"), "signed by CN=house");
    }

    @Test
    void whatNobodySignedIsRefused() throws Exception {
        assertRefused(bundle(), "is not signed");
    }

    @Test
    void whatSomebodyElseSignedIsRefused() throws Exception {
        assertRefused(signed(bundle(), "stranger"), "signed by CN=stranger");
    }

    @Test
    void aCertificateThatHasRunOutOrIsForSomethingElseSignsNothing() throws Exception {
        assertRefused(signed(bundle(), "old"), "signed by CN=old");
        assertRefused(signed(bundle(), "server"), "signed by CN=server");
    }

    @Test
    void whatWasChangedAfterItWasSignedIsRefused() throws Exception {
        Path changed = signed(bundle(), "operator");
        write(changed, "policy.txt", "something else");
        assertRefused(changed, "changed after it was signed");
    }

    @Test
    void whatWasAddedAfterItWasSignedIsRefused() throws Exception {
        Path more = signed(bundle(), "operator");
        write(more, "more.txt", "one more");
        assertRefused(more, "more.txt in it is not signed");
        Path inside = signed(bundle(), "operator");
        write(inside, "META-INF/services/java.lang.Runnable", "org.example.Evil");
        assertRefused(inside, "is not signed");
    }

    @Test
    void aChangedManifestIsRefused() throws Exception {
        Path changed = signed(bundle(), "operator");
        try (FileSystem jar = FileSystems.newFileSystem(changed)) {
            Path manifest = jar.getPath("META-INF/MANIFEST.MF");
            Files.writeString(manifest, Files.readString(manifest).replace("org.example.policy", "org.example.other"));
        }
        assertRefused(changed, "changed after it was signed");
    }

    @Test
    void withoutReadableTrustedCertificatesNothingIsTaken() throws Exception {
        Path good = signed(bundle(), "operator");
        trusted = state.resolve("nothing.pem");
        assertRefused(good, "cannot be read");
        Files.writeString(trusted, "");
        assertRefused(good, "no certificate in");
    }

    private void assertRefused(Path bundle, String why) throws IOException {
        List<String> before = deployed();
        String said = assertThrows(IllegalArgumentException.class, () -> put(bundle, Optional.of(trusted))).getMessage();
        assertTrue(said.contains(why), said);
        assertEquals(before, deployed());
    }

    private String put(Path bundle, Optional<Path> signers) throws IOException {
        return deployment.put(new ByteArrayInputStream(Files.readAllBytes(bundle)), signers);
    }

    private List<String> deployed() throws IOException {
        try (Stream<Path> files = Files.list(state.resolve("deploy"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Path trust(String... names) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (String name : names) {
            pem.append("-----BEGIN CERTIFICATE-----\n").append(Base64.getMimeEncoder().encodeToString(store.getCertificate(name).getEncoded()))
                    .append("\n-----END CERTIFICATE-----\n");
        }
        return Files.writeString(state.resolve("signers.pem"), pem);
    }

    private Path bundle() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "org.example.policy");
        manifest.getMainAttributes().putValue("Bundle-Version", "1.0.0");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(content, manifest)) {
            jar.putNextEntry(new ZipEntry("policy.txt"));
            jar.write("decides".getBytes(StandardCharsets.UTF_8));
        }
        return Files.write(Files.createTempFile(state, "bundle", ".jar"), content.toByteArray());
    }

    private Path signed(Path bundle, String alias) throws Exception {
        Path signed = Files.createTempFile(state, "signed", ".jar");
        KeyStore.PrivateKeyEntry key = (KeyStore.PrivateKeyEntry) store.getEntry(alias, new KeyStore.PasswordProtection(PASSWORD));
        try (ZipFile jar = new ZipFile(bundle.toFile()); OutputStream out = Files.newOutputStream(signed)) {
            new JarSigner.Builder(key).build().sign(jar, out);
        }
        return signed;
    }

    private static void write(Path bundle, String name, String text) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(bundle)) {
            Path file = jar.getPath(name);
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, text);
        }
    }
}
