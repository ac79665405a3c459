package io.agentcgroup.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Groups that want all CPUs, and what each should get of them.
 *
 * @param name of the experiment
 * @param groups each behind the one it is in; those with none below have the hogs
 */
record SharedCpus(String name, List<Group> groups) {

    /** A cgroup by its path below the benchmark's own, and its {@code cpu.weight}. */
    record Group(String path, int weight) {

        private String parent() {
            int slash = path.lastIndexOf('/');
            return slash < 0 ? "" : path.substring(0, slash);
        }
    }

    /** @param groups such as {@code a=100 a/b=300} */
    static SharedCpus of(String name, String groups) {
        return new SharedCpus(name, Arrays.stream(groups.split(" ")).map(group -> group.split("="))
                .map(pair -> new Group(pair[0], Integer.parseInt(pair[1]))).toList());
    }

    boolean isInner(Group group) {
        return groups.stream().anyMatch(other -> other.parent().equals(group.path));
    }

    /** @return those with hogs */
    List<Group> leaves() {
        return groups.stream().filter(group -> !isInner(group)).toList();
    }

    /** @return the part of all CPUs that its weight, and those of the groups that it is in, give it */
    double expected(Group group) {
        double siblings = groups.stream().filter(other -> other.parent().equals(group.parent())).mapToInt(Group::weight).sum();
        double above = groups.stream().filter(other -> other.path.equals(group.parent())).mapToDouble(this::expected).findFirst().orElse(1);
        return above * group.weight / siblings;
    }
}
