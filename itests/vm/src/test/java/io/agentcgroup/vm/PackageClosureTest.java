package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageClosureTest {

    private static final PackageClosure.Archive EMPTY = name -> Optional.empty();

    @Test
    void readsAlternativesVersionsAndVirtualPackages() {
        DebPackage item = DebPackage.parse("""
                Package: mawk
                Version: 1.3
                Size: 42
                Pre-Depends: libc6 (>= 2.34)
                Depends: a (>= 1) | b:any,
                 c
                Provides: awk (= 1)
                """).get(0);
        assertEquals(new DebPackage("mawk", "1.3", 42, List.of(List.of("libc6"), List.of("a", "b"), List.of("c")), Set.of("awk")), item);
    }

    @Test
    void followsDependenciesOfWhatIsInstalledAndOfWhatIsNot() throws Exception {
        List<DebPackage> host = List.of(item("bash", "libc6"), item("libc6"), item("unrelated"));
        List<DebPackage> archive = List.of(item("zsh", "zsh-common", "libc6"), item("zsh-common"));
        PackageClosure closure = PackageClosure.of(List.of("bash", "zsh"), host, in(archive), name -> true);
        assertEquals(Set.of("bash", "libc6"), closure.installed().keySet());
        assertEquals(Set.of("zsh", "zsh-common"), closure.missing().keySet());
    }

    @Test
    void prefersAnInstalledAlternativeEvenAVirtualOne() throws Exception {
        DebPackage root = new DebPackage("base", "1", 0, List.of(List.of("gawk", "awk")), Set.of());
        DebPackage mawk = new DebPackage("mawk", "1", 0, List.of(), Set.of("awk"));
        PackageClosure closure = PackageClosure.of(List.of("base"), List.of(root, mawk), in(List.of(item("gawk"))), name -> true);
        assertEquals(Set.of("base", "mawk"), closure.installed().keySet());
        assertEquals(Set.of(), closure.missing().keySet());
    }

    @Test
    void endsOnCircularDependencies() throws Exception {
        List<DebPackage> host = List.of(item("a", "b"), item("b", "a"));
        assertEquals(Set.of("a", "b"), PackageClosure.of(List.of("a"), host, EMPTY, name -> true).installed().keySet());
    }

    @Test
    void refusesARootThatNobodyHas() {
        assertThrows(GuestException.class, () -> PackageClosure.of(List.of("nowhere"), List.of(), EMPTY, name -> true));
    }

    private static DebPackage item(String name, String... depends) {
        return new DebPackage(name, "1", 0, List.of(depends).stream().map(List::of).toList(), Set.of());
    }

    private static PackageClosure.Archive in(List<DebPackage> archive) {
        return name -> archive.stream().filter(found -> found.name().equals(name)).findFirst();
    }
}
