package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service. It is there on every host: where no tree can be built, {@link #info()} says why and the rest refuses.
 */
@Component(service = CgroupTree.class, configurationPid = CgroupTreeService.PID)
@Designate(ocd = CgroupTreeService.Config.class)
public final class CgroupTreeService implements CgroupTree {

    static final String PID = "io.agentcgroup.cgroup";
    /** Framework or system property that names the root where the configuration does not. */
    static final String ROOT_PROPERTY = "agentcgroup.root";

    /** Framework or system property that names the unit where the configuration does not. */
    static final String UNIT_PROPERTY = "agentcgroup.unit";

    private static final Logger LOG = LoggerFactory.getLogger(CgroupTreeService.class);

    /** What the operator can set. */
    @ObjectClassDefinition(name = "AgentCgroup tree", description = "Where sessions and calls are built in cgroupfs.")
    @interface Config {

        @AttributeDefinition(name = "Root", description = "Name of the directory of our own, at the top of cgroup v2, that holds"
                + " the sessions: 1 to 64 of a-z 0-9 . _ -. Empty: the property agentcgroup.root, else 'agentcgroup'."
                + " Not used while the daemon lives in a unit that systemd delegated to it.", required = false)
        String root() default "";

        @AttributeDefinition(name = "Use a delegated unit", description = "Build the tree inside the systemd unit that the daemon"
                + " lives in, if the unit has Delegate=yes.")
        boolean delegation() default true;

        @AttributeDefinition(name = "Unit", description = "Path below the mount point of cgroup v2 of a delegated unit in which the"
                + " tree is built though the daemon does not live there, such as agentcgroup.slice/agentcgroup-tree.service."
                + " Empty: the property agentcgroup.unit, else none.", required = false)
        String unit() default "";
    }

    private final CgroupTree tree;

    @Activate
    public CgroupTreeService(BundleContext context, Config config) {
        tree = open(context, config);
        for (Capability capability : tree.info().capabilities()) {
            LOG.info("{}: {} ({})", capability.name(), capability.available() ? "yes" : "no", capability.reason());
        }
    }

    private static CgroupTree open(BundleContext context, Config config) {
        try {
            String root = config.root().isBlank() ? context.getProperty(ROOT_PROPERTY) : config.root();
            String unit = config.unit().isBlank() ? context.getProperty(UNIT_PROPERTY) : config.unit();
            return SessionTree.open(TreeSettings.of(root, config.delegation(), unit));
        } catch (CgroupException | IllegalArgumentException | UnsupportedOperationException | LinkageError e) {
            // A LinkageError is JNA without a native part for this machine, or system calls that the libc does not have.
            LOG.error("There is no cgroup tree: {}", e.toString());
            return new AbsentTree(e.getMessage());
        }
    }

    @Deactivate
    void stop() {
        if (tree instanceof SessionTree open) {
            open.close();
        }
    }

    @Override
    public TreeInfo info() {
        return tree.info();
    }

    @Override
    public void becomeBatchThread() {
        tree.becomeBatchThread();
    }

    @Override
    public void applyToRoot(Limits limits) {
        tree.applyToRoot(limits);
    }

    @Override
    public Usage rootUsage() {
        return tree.rootUsage();
    }

    @Override
    public OptionalLong rootMemoryCurrentBytes() {
        return tree.rootMemoryCurrentBytes();
    }

    @Override
    public long rootReclaimableFileBytes() {
        return tree.rootReclaimableFileBytes();
    }

    @Override
    public Optional<Domain.Watch> watchRootMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        return tree.watchRootMemoryPressure(full, stall, window, action);
    }

    @Override
    public SessionNode session(SessionName name) {
        return tree.session(name);
    }

    @Override
    public List<SessionNode> sessions() {
        return tree.sessions();
    }
}
