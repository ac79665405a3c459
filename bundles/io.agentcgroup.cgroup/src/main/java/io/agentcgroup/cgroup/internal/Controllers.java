package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Hands controllers down to the children of a directory, each on its own, so that one that is refused spoils no other. */
final class Controllers {

    private Controllers() {
    }

    /** @return why those that the children do not get are refused; empty when they get all */
    static Map<Controller, CgroupException> enable(Directory directory, Collection<Controller> wanted) {
        Map<Controller, CgroupException> refused = new EnumMap<>(Controller.class);
        Set<String> enabled = ControlText.words(directory.read(ControlFile.CGROUP_SUBTREE_CONTROL));
        for (Controller controller : wanted) {
            if (!enabled.contains(controller.word())) {
                try {
                    directory.write(ControlFile.CGROUP_SUBTREE_CONTROL, "+" + controller.word());
                } catch (CgroupException e) {
                    refused.put(controller, e);
                }
            }
        }
        return refused;
    }

    /** Enables all of them or fails: a session whose calls got no memory controller would enforce nothing, silently. */
    static void enableAll(Directory directory, Collection<Controller> wanted) {
        enable(directory, wanted).values().stream().findFirst().ifPresent(refusal -> {
            throw refusal;
        });
    }

    /** @return those of the wanted controllers that a directory has itself and can hand down */
    static Set<String> offered(Directory directory) {
        return ControlText.words(directory.read(ControlFile.CGROUP_CONTROLLERS));
    }
}
