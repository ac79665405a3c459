package io.agentcgroup.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * {@code agentcgroup.properties}: which features to start, and framework properties of the operator.
 *
 * @param features names of features, in order
 * @param properties override what features say
 */
public record Settings(List<String> features, Map<String, String> properties) {

    private static final String FEATURES = "features";
    /** In the names of settings of single bundles, such as {@code engine/host.memory}, which are not the framework's. */
    private static final String OF_A_BUNDLE = "/";
    /** System property with features beside those of the file: of one start only. */
    private static final String MORE_FEATURES = "agentcgroup.features.more";

    /** @return what the operator's file says, else the one shipped */
    public static Settings read(Layout layout) throws IOException {
        return read(layout.configuration("agentcgroup.properties"));
    }

    static Settings read(Path file) throws IOException {
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        }
        List<String> features = names(values.getProperty(FEATURES, ""));
        if (features.isEmpty()) {
            throw new InstallationException("property " + FEATURES + " in " + file + " names no feature");
        }
        List<String> all = Stream.concat(features.stream(), names(System.getProperty(MORE_FEATURES, "")).stream()).distinct().toList();
        Map<String, String> properties = new HashMap<>();
        values.stringPropertyNames().stream().filter(name -> !name.equals(FEATURES) && !name.contains(OF_A_BUNDLE))
                .forEach(name -> properties.put(name, values.getProperty(name).strip()));
        return new Settings(all, properties);
    }

    private static List<String> names(String list) {
        return Stream.of(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }
}
