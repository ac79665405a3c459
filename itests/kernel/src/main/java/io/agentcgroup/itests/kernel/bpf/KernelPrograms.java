package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.bpf.internal.LoaderComponent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A loader with a pin root of its own, and the shared maps in it. All gone when closed. */
final class KernelPrograms implements AutoCloseable {

    /** The libbpf that the distribution brings; the guest's own is too old for some of what is loaded. */
    private static final String LIBRARY_PROPERTY = "agentcgroup.test.libbpf";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final LoaderComponent loader = LoaderComponent.standalone(
            Optional.ofNullable(System.getProperty(LIBRARY_PROPERTY)).map(Path::of), "kernel-test-" + COUNT.incrementAndGet());
    private final List<BpfMap> open = new ArrayList<>();

    LoaderComponent loader() {
        return loader;
    }

    /** @return one of the objects that are compiled with the tests */
    static byte[] image(String name) throws IOException {
        try (InputStream in = KernelPrograms.class.getResourceAsStream("/" + name + ".bpf.o")) {
            if (in == null) {
                throw new IOException("no " + name + ".bpf.o on the class path");
            }
            return in.readAllBytes();
        }
    }

    /** @return a shared map that some object has made */
    BpfMap map(String name) {
        BpfMap map = loader.pinnedMap(name).orElseThrow(() -> new IllegalStateException("no map " + name + " is pinned"));
        open.add(map);
        return map;
    }

    <V> HashView<Long, V> hash(String name, BpfCodec<V> values) {
        return HashView.of(map(name), BpfCodec.U64, values);
    }

    @Override
    public void close() {
        open.forEach(BpfMap::close);
        loader.pins().removeAll();
        loader.stop();
    }
}
