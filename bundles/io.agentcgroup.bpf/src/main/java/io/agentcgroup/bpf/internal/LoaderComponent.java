package io.agentcgroup.bpf.internal;

import com.sun.jna.NativeLibrary;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.BpfPins;
import io.agentcgroup.api.bpf.KernelFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service. It is there on every host: without a libbpf, {@link #library()} says why and the rest refuses. */
@Component(service = BpfLoader.class)
public final class LoaderComponent implements BpfLoader {

    /** Framework or system property: folder of the distribution. */
    static final String HOME_PROPERTY = "agentcgroup.home";
    /** Framework or system property: name of our root in cgroupfs, and in bpffs, so that daemons side by side stay apart. */
    static final String ROOT_PROPERTY = "agentcgroup.root";
    private static final String DEFAULT_ROOT = "agentcgroup";

    private static final Logger LOG = LoggerFactory.getLogger(LoaderComponent.class);

    private final Optional<BpfLibrary> library;
    private final Capability capability;
    private final PinRoot pins;
    private final Optional<EventThread> events;
    private final int possibleCpus;

    @Activate
    public LoaderComponent(BundleContext context) {
        this(choose(LibraryChoice.candidates(Optional.ofNullable(context.getProperty(HOME_PROPERTY)).map(Path::of)),
                LibraryChoice.Version.LEAST),
                Optional.ofNullable(context.getProperty(ROOT_PROPERTY)).filter(name -> !name.isBlank()).orElse(DEFAULT_ROOT));
        LOG.info("{}: {} ({})", capability.name(), capability.available() ? "yes" : "no", capability.reason());
    }

    /**
     * For use without a framework.
     *
     * @param choice which libbpf
     * @param pinRoot name of the folder in bpffs
     */
    LoaderComponent(LibraryChoice choice, String pinRoot) {
        this.library = choice.library().map(BpfLibrary::new);
        this.capability = choice.capability();
        this.pins = new PinRoot(pinRoot);
        this.events = library.map(EventThread::new);
        this.possibleCpus = library.isPresent() ? Libbpf.libbpf_num_possible_cpus() : 0;
    }

    /**
     * A loader without a framework, for tests and tools; {@link #stop()} ends it.
     *
     * @param libbpf a file to use instead of the host's, if it is there
     * @param pinRoot name of the folder in bpffs
     */
    public static LoaderComponent standalone(Optional<Path> libbpf, String pinRoot) {
        return new LoaderComponent(choose(libbpf.filter(Files::exists)
                .map(file -> List.of(new LibraryChoice.Candidate("the given", file.toString())))
                .orElseGet(() -> LibraryChoice.candidates(Optional.empty())), LibraryChoice.Version.LEAST), pinRoot);
    }

    private static LibraryChoice choose(List<LibraryChoice.Candidate> candidates, LibraryChoice.Version least) {
        try {
            return LibraryChoice.of(candidates, least);
        } catch (UnsupportedOperationException | LinkageError e) {
            // JNA without a native part for this machine, or no Linux.
            return new LibraryChoice(Optional.<NativeLibrary>empty(),
                    new Capability(KernelFeature.LIBRARY.label(), false, "no library can be used here: " + e.getMessage()));
        }
    }

    /** Ring buffers end here; objects and links are their owners' to close. */
    @Deactivate
    public void stop() {
        events.ifPresent(EventThread::close);
        library.ifPresent(BpfLibrary::close);
    }

    @Override
    public Capability library() {
        return capability;
    }

    /** @return the library, for those in this bundle */
    BpfLibrary opened() {
        return library.orElseThrow(() -> new BpfException("there is no libbpf: " + capability.reason(), 0, List.of()));
    }

    @Override
    public Path pinRoot() {
        return pins.path();
    }

    @Override
    public BpfObject open(String name, byte[] image) {
        return LoadedObject.open(name, image, opened(), pins, preparePins(), possibleCpus);
    }

    /** Opens an object whose maps are its own, and mounts nothing for it. */
    LoadedObject openPrivately(String name, byte[] image) {
        return LoadedObject.open(name, image, opened(), pins, false, possibleCpus);
    }

    /** @return whether maps can be pinned; without, everything works but ends with this process, which is said */
    private boolean preparePins() {
        try {
            pins.prepare();
            return true;
        } catch (BpfException e) {
            LOG.warn("Nothing can be pinned, so BPF programs and maps end with this process: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public Optional<BpfMap> pinnedMap(String name) {
        opened();
        return Descriptor.pinned("what is pinned as " + name, pins, name)
                .map(descriptor -> new KernelMap(descriptor, pins, possibleCpus));
    }

    @Override
    public Optional<BpfLink> pinnedLink(String name) {
        opened();
        return Descriptor.pinned("what is pinned as " + name, pins, name)
                .map(descriptor -> new KernelLink(name.substring(name.lastIndexOf('/') + 1), descriptor, pins));
    }

    @Override
    public BpfPins pins() {
        return pins;
    }

    /** @return whether things can be pinned, with the reason */
    Capability pinning() {
        return pins.capability();
    }

    @Override
    public BpfEvents consume(BpfMap map, EventHandler handler) {
        opened();
        return events.orElseThrow().add(map, handler);
    }

    @Override
    public int possibleCpus() {
        opened();
        return possibleCpus;
    }
}
