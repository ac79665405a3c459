package io.agentcgroup.enforcer.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Tier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the tier {@link Tier#CGROUP} needs, held against what the tree offers.
 *
 * @param offered the controllers that sessions and calls have
 * @param missing the needed ones that they do not have, each with the tree's reason
 */
record Requirements(Set<String> offered, Map<String, String> missing) {

    /** Memory is what hosts run out of; without CPU weights a build in one session starves the others. */
    private static final List<String> NEEDED = List.of("memory", "cpu");

    static Requirements of(TreeInfo tree) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (String controller : NEEDED) {
            if (!tree.controllers().contains(controller)) {
                missing.put(controller, reason(tree, controller));
            }
        }
        return new Requirements(new TreeSet<>(tree.controllers()), missing);
    }

    private static String reason(TreeInfo tree, String controller) {
        return tree.capabilities().stream()
                .filter(c -> c.name().equals(controller + ".controller") || tree.root().isEmpty() && c.name().equals("cgroup2"))
                .map(Capability::reason)
                .findFirst().orElse("the tree does not say why");
    }

    boolean met() {
        return missing.isEmpty();
    }

    /** @return whether limits can be kept by control files */
    Capability capability() {
        return new Capability(Tier.CGROUP.label(), met(), met() ? "sessions and calls have the controllers " + names(offered)
                : missing.entrySet().stream().map(lack -> "no " + lack.getKey() + " controller (" + lack.getValue() + ")")
                        .collect(Collectors.joining("; ")));
    }

    /** @return what is and what is not enforced where this tier is not reached, or not wanted */
    String observation() {
        if (met()) {
            return "accounting only, though this host could enforce by the controllers " + names(offered);
        }
        return "not enforced: " + names(missing.keySet())
                + (offered.isEmpty() ? "; no limit is kept" : "; limits are kept by the controllers " + names(offered));
    }

    private static String names(Set<String> controllers) {
        return String.join(", ", controllers);
    }
}
