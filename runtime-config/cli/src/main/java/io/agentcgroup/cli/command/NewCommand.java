package io.agentcgroup.cli.command;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup new policy NAME}: the first minute of who writes a policy or an intent provider. */
@Command(name = "new", mixinStandardHelpOptions = true,
        description = "Begin a policy or an intent provider of your own: a folder with one class, which Maven makes a bundle of.",
        footer = {"", "\"mvn package\" in the folder builds the jar; copied into the deploy folder it decides the next call,",
            "and deleted from there, the one before it decides again. Nothing is restarted."})
public final class NewCommand implements Subcommand, Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern WORD = Pattern.compile("\\{\\{([a-z-]+)}}");

    /** What can be begun; spelled as on the command line, and as the folder of its template. */
    enum Kind {
        POLICY, INTENT_PROVIDER;

        String folder() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public String toString() {
            return folder();
        }
    }

    @Parameters(index = "0", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    private Kind kind;

    @Parameters(index = "1", paramLabel = "NAME", description = "Small letters and digits, words joined by hyphens: half-for-each.")
    private String name;

    @Option(names = "--in", paramLabel = "FOLDER", description = "Where the new folder is made; here by default.")
    private Path parent = Path.of("");

    @Override
    public Integer call() throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new CommandException("a name has small letters and digits, words joined by hyphens, not \"" + name + "\"");
        }
        Place place = Place.current();
        Path templates = place.home().resolve("templates");
        Map<String, String> words = words(templates, place);
        Path folder = parent.resolve(name);
        if (Files.exists(folder)) {
            throw new CommandException(folder + " is there already; nothing is changed");
        }
        Path source = folder.resolve("src/main/java").resolve(words.get("package")).resolve(words.get("class") + ".java");
        Files.createDirectories(source.getParent());
        write(templates.resolve("pom.xml"), folder.resolve("pom.xml"), words);
        write(templates.resolve(kind.folder()).resolve("Component.java"), source, words);
        System.out.println("the class is " + source + "\nnext: cd " + folder + " && mvn package && cp target/" + name
                + "-1.0.0-SNAPSHOT.jar " + place.state().resolve("deploy") + "/");
        return 0;
    }

    private Map<String, String> words(Path templates, Place place) throws IOException {
        Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(templates.resolve("values.properties"))) {
            values.load(in);
        }
        Map<String, String> words = new HashMap<>();
        values.forEach((word, value) -> words.put(word.toString(), value.toString()));
        words.put("name", name);
        words.put("package", name.replace("-", ""));
        words.put("class", className());
        words.put("home", place.home().toAbsolutePath().normalize().toString());
        return words;
    }

    private String className() {
        StringBuilder className = new StringBuilder();
        for (String word : name.split("-")) {
            className.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return className.toString();
    }

    private static void write(Path template, Path to, Map<String, String> words) throws IOException {
        String text = WORD.matcher(Files.readString(template)).replaceAll(found -> {
            String word = words.get(found.group(1));
            if (word == null) {
                throw new CommandException(template + " has a word that nobody knows: " + found.group());
            }
            return Matcher.quoteReplacement(word);
        });
        Files.writeString(to, text);
    }
}
