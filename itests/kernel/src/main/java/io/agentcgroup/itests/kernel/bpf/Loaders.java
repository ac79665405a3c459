package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.bpf.internal.LoaderComponent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** Loaders outside of a framework, with the libbpf that the distribution brings. */
final class Loaders {

    /** Set by whoever starts the guest. */
    static final String LIBRARY_PROPERTY = "agentcgroup.test.libbpf";

    private Loaders() {
    }

    static LoaderComponent open(String pinRoot) {
        LoaderComponent loader = LoaderComponent.standalone(
                Optional.ofNullable(System.getProperty(LIBRARY_PROPERTY)).map(Path::of), pinRoot);
        if (!loader.library().available()) {
            throw new IllegalStateException(loader.library().reason());
        }
        return loader;
    }

    static byte[] image(String program) {
        try (InputStream image = Loaders.class.getResourceAsStream("/" + program + ".bpf.o")) {
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
