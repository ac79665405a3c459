package io.agentcgroup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.agentcgroup.launcher.LaunchPlan.PlannedBundle;

class ContainerTest {

    @TempDir
    private Path folder;

    @Test
    void whoLacksWhatNobodyOffersIsNamedAndWhoOnlyNeedsThatOneIsCounted() throws Exception {
        Path lacking = bundle("lacking", Map.of("Import-Package", "org.example.nowhere;version=\"[1,2)\"", "Export-Package", "org.example.lacking"));
        Path victim = bundle("victim", Map.of("Import-Package", "org.example.lacking"));
        Path content = bundle("content", Map.of("Import-Package", "org.example.nowhere;resolution:=optional"));

        try (Container container = start(victim, lacking, content)) {
            assertEquals(List.of("lacking does not resolve: no bundle offers "
                    + "(&(osgi.wiring.package=org.example.nowhere)(version>=1.0.0)(!(version>=2.0.0)))", "1 more bundle needs what these offer"),
                    container.bundlesNotStarted());
        }
    }

    @Test
    void whoCannotStartIsNamedWithTheReason() throws Exception {
        try (Container container = start(bundle("broken", Map.of("Bundle-Activator", "org.example.Missing")))) {
            List<String> reasons = container.bundlesNotStarted();
            assertEquals(1, reasons.size(), reasons.toString());
            assertTrue(reasons.get(0).startsWith("broken does not start: ") && reasons.get(0).contains("org.example.Missing"), reasons.toString());
        }
    }

    @Test
    void aFileThatIsNoBundleIsNamed() throws Exception {
        Path torn = Files.writeString(folder.resolve("torn.jar"), "PK and no more");

        assertTrue(assertThrows(InstallationException.class, () -> start(torn)).getMessage().startsWith(torn + " is no bundle: "));
    }

    private Container start(Path... bundles) throws Exception {
        Layout layout = new Layout(folder, folder.resolve("conf"), folder.resolve("run"), folder.resolve("state"));
        return Container.start(layout, new LaunchPlan(Stream.of(bundles).map(file -> new PlannedBundle(file, 1)).toList(), Map.of(), Set.of()), Map.of());
    }

    private Path bundle(String name, Map<String, String> headers) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        headers.forEach(attributes::putValue);
        Path file = folder.resolve(name + ".jar");
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
        return file;
    }
}
