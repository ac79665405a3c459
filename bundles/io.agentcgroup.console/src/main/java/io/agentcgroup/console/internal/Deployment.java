package io.agentcgroup.console.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/** The folder {@code deploy/}, from which File Install takes bundles: putting one in, taking one out, as a person would by hand. */
final class Deployment {

    /** A policy is a class or two; this bounds a mistake. */
    static final int LARGEST_BYTES = 16 << 20;
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

    private final Path folder;

    /** @param state the daemon's state folder */
    Deployment(Path state) {
        this.folder = state.resolve("deploy");
    }

    /**
     * Puts a bundle into the folder, whole or not at all.
     *
     * @param signers certificates of which one must vouch for it; empty: whoever may upload may upload anything
     * @return its file's name, made of what its manifest says
     * @throws IllegalArgumentException if it is no bundle, or not signed as it must be
     */
    String put(InputStream content, Optional<Path> signers) throws IOException {
        // Beside the folder, so that nobody sees half of it; on the same file system, so that it can be renamed.
        Path written = Files.createTempFile(folder.getParent(), "upload", ".tmp");
        try {
            byte[] bytes = content.readNBytes(LARGEST_BYTES + 1);
            if (bytes.length > LARGEST_BYTES) {
                throw new IllegalArgumentException("a bundle of more than " + (LARGEST_BYTES >> 20) + " MiB is not taken");
            }
            Files.write(written, bytes);
            String name = nameOf(written);
            if (signers.isPresent()) {
                new BundleSignature(signers.get()).check(written);
            }
            Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return name;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static String nameOf(Path file) throws IOException {
        Manifest manifest;
        try (JarFile jar = new JarFile(file.toFile())) {
            manifest = jar.getManifest();
        } catch (IOException e) {
            throw new IllegalArgumentException("that is no jar file: " + e.getMessage(), e);
        }
        Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
        String name = String.valueOf(attributes.getValue("Bundle-SymbolicName")).split(";")[0].strip();
        String version = Optional.ofNullable(attributes.getValue("Bundle-Version")).orElse("0.0.0").strip();
        if (attributes.getValue("Bundle-SymbolicName") == null || !SAFE.matcher(name).matches() || !SAFE.matcher(version).matches()) {
            throw new IllegalArgumentException("that is no OSGi bundle: its manifest has no usable Bundle-SymbolicName and Bundle-Version");
        }
        return name + "-" + version + ".jar";
    }

    /** @return the file in the folder that the bundle came from; empty for one that belongs to the distribution */
    Optional<Path> fileOf(Bundle bundle) {
        String location = bundle.getLocation();
        if (!location.startsWith("file:")) {
            return Optional.empty();
        }
        Path file = Path.of(URI.create(location).getPath());
        return file.startsWith(folder) && Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    /** Takes a bundle out: File Install uninstalls it. */
    void remove(Bundle bundle) throws IOException {
        Path file = fileOf(bundle).orElseThrow(() -> new IllegalArgumentException(
                bundle.getSymbolicName() + " was not uploaded and cannot be removed; it can be stopped"));
        Files.delete(file);
    }
}
