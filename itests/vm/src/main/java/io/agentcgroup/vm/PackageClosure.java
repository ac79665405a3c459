package io.agentcgroup.vm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Packages and all they depend on, split into what this host has and what must be fetched.
 *
 * @param installed on this host, by name
 * @param missing to be fetched, by name
 */
record PackageClosure(Map<String, DebPackage> installed, Map<String, DebPackage> missing) {

    /** Where packages that this host does not have are looked up. */
    interface Archive {
        Optional<DebPackage> find(String name) throws IOException, InterruptedException;
    }

    /**
     * Follows dependencies from {@code roots}. Of alternatives, one that the host has is taken before one that it has
     * not. A dependency that nobody offers is left out: it may be a virtual package of something that is not needed here.
     *
     * @param wanted which dependencies to follow; roots are always followed
     * @throws GuestException when a root is neither installed nor in the archive
     */
    static PackageClosure of(Collection<String> roots, Collection<DebPackage> host, Archive archive, Predicate<String> wanted)
            throws IOException, InterruptedException {
        Map<String, DebPackage> onHost = byNameAndProvided(host);
        PackageClosure closure = new PackageClosure(new TreeMap<>(), new TreeMap<>());
        Deque<DebPackage> open = new ArrayDeque<>();
        for (String root : roots) {
            closure.add(List.of(root), onHost, archive, open);
            if (!onHost.containsKey(root) && !closure.missing.containsKey(root)) {
                throw new GuestException("The guest needs the Debian package " + root
                        + ", which is neither installed here nor in the package archive");
            }
        }
        while (!open.isEmpty()) {
            for (List<String> alternatives : open.remove().depends()) {
                closure.add(alternatives.stream().filter(wanted).toList(), onHost, archive, open);
            }
        }
        return closure;
    }

    private void add(List<String> alternatives, Map<String, DebPackage> onHost, Archive archive, Deque<DebPackage> open)
            throws IOException, InterruptedException {
        for (String name : alternatives) {
            DebPackage found = onHost.get(name);
            if (found != null) {
                if (installed.putIfAbsent(found.name(), found) == null) {
                    open.add(found);
                }
                return;
            }
        }
        for (String name : alternatives) {
            if (missing.containsKey(name)) {
                return;
            }
            Optional<DebPackage> found = archive.find(name);
            if (found.isPresent()) {
                missing.put(name, found.get());
                open.add(found.get());
                return;
            }
        }
    }

    private static Map<String, DebPackage> byNameAndProvided(Collection<DebPackage> host) {
        Map<String, DebPackage> map = new HashMap<>();
        host.forEach(item -> item.provides().forEach(virtual -> map.put(virtual, item)));
        host.forEach(item -> map.put(item.name(), item));
        return map;
    }
}
