package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.cgroup.Domain;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which sessions our programs are in force. Each link is pinned as {@code memcgops/<tag>/<cgroup id>}: it outlives the
 * daemon, and the next one sees from the name whether the programs in force are its own. The kernel cannot replace
 * programs of this kind in place, so other ones are detached first; for the microseconds between, the control files are
 * all there is.
 *
 * <p>Thread-safe.
 */
final class SessionLinks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLinks.class);

    static final String FOLDER = "memcgops";

    private final BpfLoader loader;
    private final MemoryPrograms programs;
    /** By the session's cgroup. Guarded by this. */
    private final Map<Long, BpfLink> links = new HashMap<>();

    SessionLinks(BpfLoader loader, MemoryPrograms programs) {
        this.loader = loader;
        this.programs = programs;
    }

    /**
     * Puts the programs in force for a session; done when they are.
     *
     * @throws BpfException when the kernel refuses, such as with {@code EBUSY} because of somebody else's program there
     */
    synchronized void hold(Domain session) {
        long id = session.id();
        if (!links.containsKey(id)) {
            links.put(id, find(id, session));
        }
    }

    private BpfLink find(long id, Domain session) {
        String name = FOLDER + "/" + programs.tag() + "/" + id;
        return loader.pinnedLink(name).orElseGet(() -> {
            removePins(id);
            return attach(session, name);
        });
    }

    private BpfLink attach(Domain session, String name) {
        BpfLink link = programs.attach(session.directoryDescriptor());
        try {
            link.pin(name);
        } catch (BpfException e) {
            LOG.error("the programs of {} are in force only while the daemon lives: {}", session.path(), e.getMessage());
        }
        return link;
    }

    /** Those of other versions of our programs too. */
    private void removePins(long id) {
        for (String tag : loader.pins().children(FOLDER)) {
            loader.pins().remove(FOLDER + "/" + tag + "/" + id);
        }
    }

    /** Takes the programs out of force for a session. */
    synchronized void release(Domain session) {
        long id = session.id();
        BpfLink link = links.remove(id);
        removePins(id);
        if (link != null) {
            link.close();
        }
    }

    /** Takes them out of force wherever they are. */
    synchronized void releaseAll() {
        links.values().forEach(BpfLink::close);
        links.clear();
        loader.pins().remove(FOLDER);
    }

    /** Lets go of sessions that have gone while no daemon was there. */
    synchronized void keepOnly(Set<Long> sessions) {
        for (String tag : loader.pins().children(FOLDER)) {
            for (String id : loader.pins().children(FOLDER + "/" + tag)) {
                if (!sessions.contains(Long.parseUnsignedLong(id))) {
                    loader.pins().remove(FOLDER + "/" + tag + "/" + id);
                }
            }
        }
    }

    /** What is pinned stays in force. */
    @Override
    public synchronized void close() {
        links.values().forEach(BpfLink::close);
        links.clear();
    }
}
