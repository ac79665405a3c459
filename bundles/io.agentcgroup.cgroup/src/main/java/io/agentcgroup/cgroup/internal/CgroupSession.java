package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A session on cgroupfs. */
final class CgroupSession extends CgroupDomain implements SessionNode {

    private static final String AGENT = "agent";
    private static final String BACKGROUND = "background";
    private static final String SERVICES = "services";
    private static final String CALL_PREFIX = "call-";

    private final SessionName name;
    private final Consumer<CgroupSession> forget;
    private final BirthPermits permits;
    private final CgroupDomain agent;
    private final CgroupDomain background;
    private final CgroupDomain services;
    private final Map<CallId, CgroupDomain> calls = new ConcurrentHashMap<>();

    private CgroupSession(Directory root, SessionName name, Directory directory, TreeContext tree,
            Consumer<CgroupSession> forget) {
        super(root, name.value(), directory, tree, () -> { });
        this.name = name;
        this.forget = forget;
        this.permits = new BirthPermits(directory);
        Controllers.enableAll(directory, tree.controllers());
        permits.reclaimFrom(directory);
        this.agent = standing(AGENT);
        this.background = standing(BACKGROUND);
        this.services = standing(SERVICES);
    }

    /**
     * Opens a session, making what is missing.
     *
     * @param forget told when the session is closed
     */
    static CgroupSession open(Directory root, SessionName name, TreeContext tree, Consumer<CgroupSession> forget) {
        root.make(name.value());
        Directory directory = root.open(name.value());
        try {
            return new CgroupSession(root, name, directory, tree, forget);
        } catch (RuntimeException refused) {
            directory.close();
            throw refused;
        }
    }

    private CgroupDomain standing(String child) {
        directory().make(child);
        return adopted(child, () -> { });
    }

    /** Opens a child that was there, perhaps before us. */
    private CgroupDomain adopted(String child, Runnable forgetChild) {
        CgroupDomain domain = opened(child, forgetChild);
        try {
            permits.reclaimFrom(domain.directory());
            return domain;
        } catch (RuntimeException refused) {
            domain.directory().close();
            throw refused;
        }
    }

    private CgroupDomain opened(String child, Runnable forgetChild) {
        return new CgroupDomain(directory(), child, directory().open(child), tree(), forgetChild);
    }

    @Override
    public SessionName name() {
        return name;
    }

    @Override
    public Domain agent() {
        return agent;
    }

    @Override
    public Domain background() {
        return background;
    }

    @Override
    public Domain services() {
        return services;
    }

    @Override
    public Domain createCall(CallId id) {
        return calls.compute(id, (key, there) -> {
            String child = CALL_PREFIX + key;
            if (there != null || !directory().make(child)) {
                throw Failures.of("make " + path() + "/" + child, Libc.EEXIST);
            }
            return opened(child, () -> calls.remove(key));
        });
    }

    @Override
    public Map<CallId, Domain> calls() {
        Map<CallId, Domain> found = new TreeMap<>();
        for (String child : directory().children(child -> child.startsWith(CALL_PREFIX))) {
            callId(child).ifPresent(id -> {
                Domain call = calls.computeIfAbsent(id, this::adoptedCallIfThere);
                if (call != null) {
                    found.put(id, call);
                }
            });
        }
        return found;
    }

    private static Optional<CallId> callId(String child) {
        try {
            return Optional.of(new CallId(child.substring(CALL_PREFIX.length())));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private CgroupDomain adoptedCallIfThere(CallId id) {
        try {
            return adopted(CALL_PREFIX + id, () -> calls.remove(id));
        } catch (CgroupException e) {
            if (e.errno() == Libc.ENOENT || e.errno() == Libc.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public Watch permitBirth(Domain child, int uid, int gid) {
        if (!(child instanceof CgroupDomain domain)) {
            throw new IllegalArgumentException("not a domain of this tree: " + child);
        }
        return permits.permit(domain.directory(), uid, gid);
    }

    @Override
    public void close() {
        permits.close();
        calls.values().forEach(CgroupDomain::close);
        List.of(agent, background, services).forEach(CgroupDomain::close);
        super.close();
        forget.accept(this);
    }
}
