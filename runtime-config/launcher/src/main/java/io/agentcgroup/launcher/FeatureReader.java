package io.agentcgroup.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.ID;

import io.agentcgroup.launcher.LaunchPlan.PlannedBundle;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;

/**
 * Merges OSGi features (Compendium chapter 159) into a {@link LaunchPlan}. Of chapter 160, the feature launcher, it
 * understands {@code bundleStartLevel} at a bundle and the extension {@code framework-launching-properties}; our own
 * extension {@code agentcgroup-ready} lists the services without which the daemon is not ready.
 */
final class FeatureReader {

    private static final String START_LEVEL = "bundleStartLevel";
    private static final String PROPERTIES = "framework-launching-properties";
    private static final String READY = "agentcgroup-ready";

    /** What a bundle gets that says none: after the third-party services, which are at 2 to 10. */
    private static final int DEFAULT_START_LEVEL = 20;

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    private final Path features;
    private final Path bundleFolder;
    private final UnaryOperator<String> variables;

    private final Map<Path, PlannedBundle> bundles = new LinkedHashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private final Set<String> readyServices = new LinkedHashSet<>();

    private FeatureReader(Path features, Path bundleFolder, UnaryOperator<String> variables) {
        this.features = features;
        this.bundleFolder = bundleFolder;
        this.variables = variables;
    }

    /**
     * @param names of the features: file names without {@code .json}
     * @param variables what <code>${name}</code> stands for in framework properties; null for what is unknown
     */
    static LaunchPlan read(Path features, Path bundleFolder, List<String> names, UnaryOperator<String> variables)
            throws IOException {
        FeatureReader reader = new FeatureReader(features, bundleFolder, variables);
        for (String name : names) {
            reader.add(name);
        }
        return new LaunchPlan(List.copyOf(reader.bundles.values()), reader.properties, reader.readyServices);
    }

    private void add(String name) throws IOException {
        Path file = features.resolve(name + ".json");
        if (!file.normalize().startsWith(features) || !Files.isRegularFile(file)) {
            throw new InstallationException("no feature " + name + " in " + features);
        }
        Feature feature;
        try (Reader json = Files.newBufferedReader(file)) {
            feature = new FeatureServiceImpl().readFeature(json);
        }
        for (FeatureBundle bundle : feature.getBundles()) {
            addBundle(bundle, name);
        }
        addProperties(feature.getExtensions().get(PROPERTIES), name);
        FeatureExtension ready = feature.getExtensions().get(READY);
        if (ready != null) {
            readyServices.addAll(ready.getText());
        }
    }

    /** A bundle that several features name is installed once, as early as the earliest of them wants. */
    private void addBundle(FeatureBundle bundle, String feature) {
        ID id = bundle.getID();
        Path file = bundleFolder.resolve(id.getArtifactId() + "-" + id.getVersion() + ".jar");
        if (!Files.isRegularFile(file)) {
            throw new InstallationException("feature " + feature + " names " + id + ", but there is no " + file);
        }
        Object level = bundle.getMetadata().get(START_LEVEL);
        int startLevel = level == null ? DEFAULT_START_LEVEL : Integer.parseInt(level.toString());
        bundles.merge(file, new PlannedBundle(file, startLevel),
                (one, other) -> one.startLevel() <= other.startLevel() ? one : other);
    }

    private void addProperties(FeatureExtension extension, String feature) {
        if (extension == null) {
            return;
        }
        try (JsonReader reader = Json.createReader(new StringReader(extension.getJSON()))) {
            JsonObject object = reader.readObject();
            for (Map.Entry<String, JsonValue> entry : object.entrySet()) {
                String value = expand(text(entry.getValue()));
                String before = properties.putIfAbsent(entry.getKey(), value);
                if (before != null && !before.equals(value)) {
                    throw new InstallationException("feature " + feature + " sets " + entry.getKey() + " to " + value
                            + ", another one to " + before);
                }
            }
        }
    }

    private static String text(JsonValue value) {
        return value instanceof JsonString string ? string.getString() : value.toString();
    }

    private String expand(String text) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.apply(match.group(1));
            if (value == null) {
                throw new InstallationException("unknown variable " + match.group() + " in " + features);
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
