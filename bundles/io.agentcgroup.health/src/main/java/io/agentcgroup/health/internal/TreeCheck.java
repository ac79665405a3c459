package io.agentcgroup.health.internal;

import io.agentcgroup.api.cgroup.CgroupTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Is the tree in cgroupfs there, and may directories be made in it? */
@Component(service = HealthCheck.class, property = {HealthCheck.NAME + "=cgroup tree", HealthCheck.TAGS + "=agentcgroup"})
public final class TreeCheck implements HealthCheck {

    private static final String TYPE = "cgroup2";

    private final CgroupTree tree;
    private final String type;

    @Activate
    public TreeCheck(@Reference(cardinality = ReferenceCardinality.OPTIONAL) CgroupTree tree) {
        this(tree, TYPE);
    }

    /** @param type of the file system that the tree has to be in */
    TreeCheck(CgroupTree tree, String type) {
        this.tree = tree;
        this.type = type;
    }

    @Override
    public Result execute() {
        if (tree == null || tree.info().root().isEmpty()) {
            return new Result(Result.Status.CRITICAL, "there is no tree, calls get no cgroup; \"agentcgroup doctor\" says why");
        }
        Path root = Path.of(tree.info().root());
        try {
            if (!Files.isDirectory(root)) {
                return new Result(Result.Status.CRITICAL, root + " is gone, calls get no cgroup; restart the daemon");
            }
            String found = Files.getFileStore(root).type();
            if (!found.equals(type)) {
                return new Result(Result.Status.CRITICAL, root + " is in a file system of type " + found + ", not " + type);
            }
        } catch (IOException e) {
            return new Result(Result.Status.CRITICAL, root + " cannot be read: " + e.getMessage());
        }
        // Asks the kernel by access(2), which knows of read-only mounts, too; a directory made for a try would be one to watch.
        return Files.isWritable(root) ? new Result(Result.Status.OK, root + " is there and can be written")
                : new Result(Result.Status.CRITICAL, root + " cannot be written, new calls get no cgroup; is it mounted read-only?");
    }
}
