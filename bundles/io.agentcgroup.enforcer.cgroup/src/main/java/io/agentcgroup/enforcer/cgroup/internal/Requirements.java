package io.agentcgroup.enforcer.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Tier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the tier {@link Tier#CGROUP} needs, held against what the tree offers.
 *
 * @param offered the controllers that sessions and calls have
 * @param missing the needed ones that they do not have, each with the reason
 */
record Requirements(Set<String> offered, List<String> missing) {

    /** Memory is what hosts run out of; without CPU weights a build in one session starves the others. */
    private static final List<String> NEEDED = List.of("memory", "cpu");

    static Requirements of(TreeInfo tree) {
        List<String> missing = NEEDED.stream()
                .filter(controller -> !tree.controllers().contains(controller))
                .map(controller -> "no " + controller + " controller (" + reason(tree, controller) + ")")
                .toList();
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
        return new Capability(Tier.CGROUP.label(), met(),
                met() ? "sessions and calls have the controllers " + names() : String.join("; ", missing));
    }

    /** @return what is and what is not enforced where this tier is not reached, or not wanted */
    String observation() {
        if (met()) {
            return "accounting only: this host could enforce, by the controllers " + names();
        }
        return "not enforced: " + String.join("; ", missing)
                + (offered.isEmpty() ? "; no limit is kept" : "; limits are kept by the controllers " + names());
    }

    private String names() {
        return offered.stream().sorted().collect(Collectors.joining(", "));
    }
}
