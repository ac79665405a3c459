package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

import io.agentcgroup.launcher.Container;
import io.agentcgroup.launcher.LaunchPlan;
import io.agentcgroup.launcher.Layout;

/** All features of the distribution at once, in this Java machine. */
class FeaturesIT {

    private static final String ROOT = "agentcgroup-features-" + ProcessHandle.current().pid();

    private static LaunchPlan plan;
    private static Container container;

    @BeforeAll
    static void startEverything(@TempDir Path folder) throws Exception {
        Layout layout = new Layout(Instance.home(), folder.resolve("conf"), folder.resolve("run"), folder.resolve("state"));
        layout.create();
        Files.createDirectory(layout.conf());
        System.setProperty("jna.tmpdir", layout.temporary().toString());
        plan = LaunchPlan.read(layout, features());
        container = Container.start(layout, plan, Map.of("org.osgi.service.http.port", "0",
                "agentcgroup.root", ROOT));
    }

    @AfterAll
    static void stop() throws Exception {
        container.close();
        Instance.deletePins(ROOT);
    }

    private static List<String> features() throws IOException {
        return names(Instance.home().resolve("features")).stream().map(name -> name.replace(".json", "")).toList();
    }

    @Test
    void everyBundleThatIsShippedBelongsToAFeature() throws IOException {
        Set<String> named = plan.bundles().stream().map(bundle -> bundle.file().getFileName().toString())
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(names(Instance.home().resolve("bundles")), named);
    }

    @Test
    void everyBundleRuns() {
        assertEquals(List.of(), container.bundlesNotStarted());
        assertEquals(plan.bundles().size() + 1, container.context().getBundles().length);
    }

    @Test
    void everyComponentOfOursIsSatisfied() throws Exception {
        List<String> unsatisfied = new ArrayList<>();
        int seen = 0;
        for (Object component : components()) {
            String name = (String) field(component, "name");
            if (name.startsWith("io.agentcgroup.")) {
                seen++;
                unsatisfied.addAll(unsatisfiedReferences(component, name));
            }
        }

        assertEquals(List.of(), unsatisfied);
        assertTrue(seen >= 8, "only " + seen + " components of ours");
    }

    @Test
    void onlyTheContractsAreExported() {
        Stream<String> exporting = Arrays.stream(container.context().getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("io.agentcgroup."))
                .filter(bundle -> bundle.getHeaders().get("Export-Package") != null).map(Bundle::getSymbolicName);

        assertEquals(List.of("io.agentcgroup.api"), exporting.toList());
    }

    private static Collection<?> components() throws Exception {
        return (Collection<?>) ask("getComponentDescriptionDTOs", (Object) new Bundle[0]);
    }

    /** Of the component runtime. Its classes belong to its bundle, not to this test, so methods and fields go by name. */
    private static Object ask(String question, Object argument) throws Exception {
        BundleContext context = container.context();
        ServiceReference<?> reference = context
                .getAllServiceReferences("org.osgi.service.component.runtime.ServiceComponentRuntime", null)[0];
        Object runtime = context.getService(reference);
        return Arrays.stream(runtime.getClass().getMethods()).filter(method -> method.getName().equals(question))
                .findFirst().orElseThrow().invoke(runtime, argument);
    }

    private static List<String> unsatisfiedReferences(Object component, String name) throws Exception {
        Collection<?> configurations = (Collection<?>) ask("getComponentConfigurationDTOs", component);
        List<String> unsatisfied = new ArrayList<>();
        for (Object configuration : configurations) {
            for (Object reference : (Object[]) field(configuration, "unsatisfiedReferences")) {
                unsatisfied.add(name + " lacks " + field(reference, "name"));
            }
            if (field(configuration, "failure") != null) {
                unsatisfied.add(name + " failed: " + field(configuration, "failure"));
            }
        }
        return unsatisfied;
    }

    private static Object field(Object dto, String name) throws ReflectiveOperationException {
        return dto.getClass().getField(name).get(dto);
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
