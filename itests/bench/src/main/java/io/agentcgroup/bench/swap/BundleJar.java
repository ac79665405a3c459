package io.agentcgroup.bench.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Writes the bundles of the experiment, as somebody would drop them into {@code deploy/}: each with classes of this package and one word. */
final class BundleJar {

    private static final String WORD = "word.txt";
    private static final String API = "io.agentcgroup.api;version=\"[1.0,2)\",io.agentcgroup.api.policy;version=\"[1.0,2)\"";
    private static final String COMPONENT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%1$s">
              <property name="service.ranking" type="Integer" value="%2$d"/>
              <implementation class="%3$s"/>
              <service><provide interface="io.agentcgroup.api.policy.AdaptivePolicy"/></service>
            </scr:component>
            """;

    private BundleJar() {
    }

    /** @return the word in the jar that a class came out of */
    static String word(Class<?> from) {
        try (InputStream word = from.getResourceAsStream("/" + WORD)) {
            return new String(word.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A policy as a component, in place of what the file was before. */
    static void policy(Path file, Class<?> policy, String word, String version, int ranking) throws IOException {
        component(file, policy, policy.getName(), API, word, version, ranking);
    }

    /** A bundle whose imports nobody exports. */
    static void unresolvable(Path file, int ranking) throws IOException {
        component(file, SwappedPolicy.class, SwappedPolicy.class.getName(), API + ",no.such.thing", "hostile", "1.0.0", ranking);
    }

    /** A component whose class is not in the jar. */
    static void withoutClass(Path file, int ranking) throws IOException {
        component(file, SwappedPolicy.class, "no.such.Policy", API, "hostile", "1.0.0", ranking);
    }

    /** No jar at all. */
    static void garbage(Path file) throws IOException {
        inPlace(file, out -> out.write("This is not a jar.".getBytes(StandardCharsets.UTF_8)));
    }

    /** The observer, which is started as a bundle and no component. */
    static void watch(Path file) throws IOException {
        Manifest manifest = manifest(ServiceWatch.class, "1.0.0", API + ",org.osgi.framework");
        manifest.getMainAttributes().putValue("Bundle-Activator", ServiceWatch.class.getName());
        inPlace(file, out -> {
            try (JarOutputStream jar = new JarOutputStream(out, manifest)) {
                addClasses(jar, ServiceWatch.class);
            }
        });
    }

    private static void component(Path file, Class<?> code, String implementation, String imports, String word, String version,
            int ranking) throws IOException {
        Manifest manifest = manifest(code, version, imports);
        manifest.getMainAttributes().putValue("Service-Component", "OSGI-INF/component.xml");
        inPlace(file, out -> {
            try (JarOutputStream jar = new JarOutputStream(out, manifest)) {
                addClasses(jar, code);
                add(jar, WORD, word);
                add(jar, "OSGI-INF/component.xml", COMPONENT.formatted(code.getName(), ranking, implementation));
            }
        });
    }

    private static Manifest manifest(Class<?> code, String version, String imports) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", code.getName());
        attributes.putValue("Bundle-Version", version);
        attributes.putValue("Import-Package", imports);
        return manifest;
    }

    /** The class, those inside it, and this one, which reads the word. */
    private static void addClasses(JarOutputStream jar, Class<?> code) throws IOException {
        addClass(jar, code);
        addClass(jar, BundleJar.class);
        for (Class<?> inner : code.getDeclaredClasses()) {
            addClass(jar, inner);
        }
        // What a switch over an enum is compiled to.
        addIfThere(jar, code.getName().replace('.', '/') + "$1.class", code);
    }

    private static void addClass(JarOutputStream jar, Class<?> code) throws IOException {
        addIfThere(jar, code.getName().replace('.', '/') + ".class", code);
    }

    private static void addIfThere(JarOutputStream jar, String path, Class<?> neighbour) throws IOException {
        try (InputStream code = neighbour.getClassLoader().getResourceAsStream(path)) {
            if (code != null) {
                jar.putNextEntry(new ZipEntry(path));
                code.transferTo(jar);
            }
        }
    }

    private static void add(JarOutputStream jar, String path, String text) throws IOException {
        jar.putNextEntry(new ZipEntry(path));
        jar.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What writes a file. */
    private interface Content {

        void to(OutputStream out) throws IOException;
    }

    /** At once: a half-written jar would be seen and ignored. */
    private static void inPlace(Path file, Content content) throws IOException {
        Path written = Files.createTempFile(file.getParent().getParent(), "bundle", ".tmp");
        try (OutputStream out = Files.newOutputStream(written)) {
            content.to(out);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
