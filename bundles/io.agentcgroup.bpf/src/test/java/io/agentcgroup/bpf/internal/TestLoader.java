package io.agentcgroup.bpf.internal;

import io.agentcgroup.api.bpf.BpfObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A loader with a pin root of its own, which is gone afterwards. On a build host the system's libbpf will do, if it is old: what
 * is tested here needs nothing newer.
 */
final class TestLoader implements AutoCloseable {

    /** File to use instead of the host's: in the guest the one that the distribution brings. */
    private static final String LIBRARY_PROPERTY = "agentcgroup.test.libbpf";
    private static final LibraryChoice.Version LEAST_FOR_TESTS = new LibraryChoice.Version(1, 0);

    final LoaderComponent loader;

    TestLoader() {
        this("agentcgroup-test-" + ProcessHandle.current().pid());
    }

    TestLoader(String pinRoot) {
        List<LibraryChoice.Candidate> candidates = Optional.ofNullable(System.getProperty(LIBRARY_PROPERTY))
                .map(file -> List.of(new LibraryChoice.Candidate("the given", file)))
                .orElseGet(() -> LibraryChoice.candidates(Optional.empty()));
        loader = new LoaderComponent(LibraryChoice.of(candidates, LEAST_FOR_TESTS), pinRoot);
        Assumptions.assumeTrue(loader.library().available(), loader.library()::reason);
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "loading programs needs root");
    }

    /** The object for tests, to be configured and loaded. */
    BpfObject counter() {
        return loader.open("counter", image("counter"));
    }

    static byte[] image(String name) {
        try (InputStream image = TestLoader.class.getResourceAsStream("/" + name + ".bpf.o")) {
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return how many descriptors this process has open */
    static long openDescriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        loader.pins().removeAll();
        loader.stop();
    }
}
