package io.agentcgroup.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A bundle with one component, as somebody would drop it into {@code deploy/}. */
public final class DeployableBundle {

    private static final String COMPONENT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%1$s">
              <property name="service.ranking" type="Integer" value="%3$d"/>
              <implementation class="%1$s"/>
              <service><provide interface="%2$s"/></service>
            </scr:component>
            """;

    private DeployableBundle() {
    }

    /**
     * Puts it into the folder at once: a half-written jar would be seen and ignored.
     *
     * @return the file, to be deleted when the bundle is to go
     */
    public static Path deploy(Path folder, Class<?> component, Class<?> service, int ranking) throws IOException {
        Path written = Files.createTempFile(folder.getParent(), component.getSimpleName(), ".tmp");
        try (OutputStream file = Files.newOutputStream(written);
                JarOutputStream jar = new JarOutputStream(file, manifest(component, service))) {
            String className = component.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new ZipEntry(className));
            try (InputStream code = component.getClassLoader().getResourceAsStream(className)) {
                code.transferTo(jar);
            }
            jar.putNextEntry(new ZipEntry("OSGI-INF/component.xml"));
            jar.write(COMPONENT.formatted(component.getName(), service.getName(), ranking)
                    .getBytes(StandardCharsets.UTF_8));
        }
        return Files.move(written, folder.resolve(component.getSimpleName() + ".jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Manifest manifest(Class<?> component, Class<?> service) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", component.getName().replace('$', '.'));
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue("Import-Package",
                "io.agentcgroup.api;version=\"[1.0,2)\"," + service.getPackageName() + ";version=\"[1.0,2)\"");
        attributes.putValue("Service-Component", "OSGI-INF/component.xml");
        attributes.putValue("Require-Capability",
                "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.3)(!(version>=2.0)))\"");
        return manifest;
    }
}
