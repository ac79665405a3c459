package io.agentcgroup.settings.internal;

import io.agentcgroup.api.config.SettingFaults;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of {@code agentcgroup.properties} that are settings of bundles, given to Config Admin. File Install watches the folder and
 * calls; a line with a fault is left out, so that what it would have changed stays as it is by default. One service is of a type of the
 * JDK: the launcher, which asks for it, is outside of the framework and shares no other types.
 */
@Component(service = {ArtifactInstaller.class, SettingFaults.class, BiFunction.class}, immediate = true, property = "agentcgroup.settings=file")
public final class OperatorsFile implements ArtifactInstaller, SettingFaults, BiFunction<String, String, String> {

    static final String NAME = "agentcgroup.properties";
    private static final Logger LOG = LoggerFactory.getLogger(OperatorsFile.class);
    private static final List<String> OWN_FILES = List.of(".cfg", ".config");

    private final ConfigurationAdmin admin;
    private final Path folder;
    private final Checker checker;
    /** Those that have a configuration from this file. Guarded by this. */
    private final Set<String> given = new TreeSet<>();

    @Activate
    public OperatorsFile(BundleContext context, @Reference ConfigurationAdmin admin) {
        this(admin, Path.of(context.getProperty("agentcgroup.conf")), new Checker(new Definitions(context)::of));
    }

    OperatorsFile(ConfigurationAdmin admin, Path folder, Checker checker) {
        this.admin = admin;
        this.folder = folder;
        this.checker = checker;
    }

    @Override
    public boolean canHandle(File artifact) {
        return artifact.toPath().equals(folder.resolve(NAME));
    }

    @Override
    public void install(File artifact) throws IOException {
        use(SettingsFile.settings(artifact.toPath()));
    }

    @Override
    public void update(File artifact) throws IOException {
        install(artifact);
    }

    @Override
    public void uninstall(File artifact) throws IOException {
        use(List.of());
    }

    private synchronized void use(List<Setting> settings) throws IOException {
        Path file = folder.resolve(NAME);
        Map<String, Map<String, List<Setting>>> wanted = new LinkedHashMap<>();
        for (Setting setting : settings) {
            faults(file, setting).forEach(LOG::error);
            if (faults(file, setting).isEmpty()) {
                wanted.computeIfAbsent(setting.pid(), pid -> new LinkedHashMap<>()).computeIfAbsent(setting.name(), name -> new ArrayList<>()).add(setting);
            }
        }
        for (String pid : Set.copyOf(given)) {
            if (!wanted.containsKey(pid)) {
                given.remove(pid);
                if (ownFile(pid).isEmpty()) {
                    admin.getConfiguration(pid, null).delete();
                }
            }
        }
        for (Map.Entry<String, Map<String, List<Setting>>> one : wanted.entrySet()) {
            given.add(one.getKey());
            Configuration configuration = admin.getConfiguration(one.getKey(), null);
            configuration.updateIfDifferent(properties(one.getValue()));
        }
    }

    private Dictionary<String, Object> properties(Map<String, List<Setting>> said) {
        Map<String, Object> properties = new HashMap<>();
        said.forEach((name, settings) -> properties.put(name, checker.isSeveral(settings.get(0))
                ? settings.stream().map(Setting::value).toArray(String[]::new) : settings.get(settings.size() - 1).value()));
        return new Hashtable<>(properties);
    }

    /** One line may have several: each is worth mending. */
    private List<String> faults(Path file, Setting setting) {
        Optional<String> twice = ownFile(setting.pid()).map(own -> Checker.where(file, setting) + setting.pid() + " has a file of its own, " + own
                + ", which counts instead");
        return Stream.concat(checker.fault(file, setting).stream(), twice.stream()).toList();
    }

    private Optional<Path> ownFile(String pid) {
        return OWN_FILES.stream().map(ending -> folder.resolve(pid + ending)).filter(Files::exists).findFirst();
    }

    /** In this file, and in those of single bundles. */
    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        try {
            Path file = folder.resolve(NAME);
            for (Setting setting : Files.exists(file) ? SettingsFile.settings(file) : List.<Setting>of()) {
                faults.addAll(faults(file, setting));
            }
            for (Path own : ownFiles()) {
                for (Setting setting : SettingsFile.entries(own, pid(own))) {
                    checker.fault(own, setting).ifPresent(faults::add);
                }
            }
        } catch (IOException e) {
            faults.add(folder + " cannot be read: " + e);
        }
        return faults;
    }

    /** Those of ours in the format of properties. Of others, nobody knows what may be in them. */
    private List<Path> ownFiles() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(OWN_FILES.get(0)) && pid(file).startsWith(SettingsFile.PREFIX)).sorted().toList();
        }
    }

    private static String pid(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    /**
     * Where a setting is that a bundle itself refused.
     *
     * @param refusal its words, with the setting's name in them
     * @return such as {@code /etc/agentcgroup/agentcgroup.properties, line 7: }; empty when nobody set that
     */
    @Override
    public String apply(String pid, String refusal) {
        try {
            Optional<Path> own = ownFile(pid);
            Path file = own.orElse(folder.resolve(NAME));
            List<Setting> settings = own.isEmpty() ? SettingsFile.settings(file) : SettingsFile.entries(file, pid);
            return settings.stream().filter(setting -> setting.pid().equals(pid) && refusal.matches("(?s)(.*[^\\w.])?\\Q" + setting.name() + "\\E([^\\w.].*)?"))
                    .findFirst().map(setting -> Checker.where(file, setting)).orElse("");
        } catch (IOException e) {
            LOG.debug("what was refused is not found", e);
            return "";
        }
    }
}
