package io.agentcgroup.bench.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The jar that brings {@link PastCalls} into an appliance. */
final class PastCallsBundle {

    private static final String IMPORTS = "io.agentcgroup.api;version=\"[1.0,2)\",io.agentcgroup.api.journal;version=\"[1.0,2)\","
            + "io.agentcgroup.api.enforce;version=\"[1.0,2)\",org.osgi.framework";

    private PastCallsBundle() {
    }

    /** @param deploy the folder from which the appliance takes bundles */
    static void drop(Path deploy, int sessions, int calls) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", PastCalls.class.getName());
        attributes.putValue("Bundle-Activator", PastCalls.class.getName());
        attributes.putValue("Import-Package", IMPORTS);
        attributes.putValue(PastCalls.SESSIONS, Integer.toString(sessions));
        attributes.putValue(PastCalls.CALLS, Integer.toString(calls));
        // At once: a half-written jar would be seen and ignored.
        Path written = Files.createTempFile(deploy.getParent(), "bundle", ".tmp");
        String code = PastCalls.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(written);
                JarOutputStream jar = new JarOutputStream(file, manifest);
                InputStream compiled = PastCalls.class.getClassLoader().getResourceAsStream(code)) {
            jar.putNextEntry(new ZipEntry(code));
            compiled.transferTo(jar);
        }
        Files.move(written, deploy.resolve("past-calls.jar"), StandardCopyOption.ATOMIC_MOVE);
    }
}
