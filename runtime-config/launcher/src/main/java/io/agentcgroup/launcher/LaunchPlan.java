package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be started: the features, merged.
 *
 * @param bundles what to install, in order
 * @param properties framework properties
 * @param readyServices classes of the services without which the daemon is not ready
 */
public record LaunchPlan(List<PlannedBundle> bundles, Map<String, String> properties, Set<String> readyServices) {

    /**
     * @param file the bundle
     * @param startLevel when it is started: lower first
     */
    public record PlannedBundle(Path file, int startLevel) {
    }

    public LaunchPlan {
        bundles = List.copyOf(bundles);
        properties = Map.copyOf(properties);
        readyServices = Set.copyOf(readyServices);
    }

    /** @return these features of the distribution, merged */
    public static LaunchPlan read(Layout layout, List<String> features) throws IOException {
        return FeatureReader.read(layout.features(), layout.bundles(), features, layout::variable);
    }

    int highestStartLevel() {
        return bundles.stream().mapToInt(PlannedBundle::startLevel).max().orElse(1);
    }
}
