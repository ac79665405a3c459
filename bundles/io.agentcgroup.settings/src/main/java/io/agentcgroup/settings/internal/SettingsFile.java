package io.agentcgroup.settings.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A file in the format of {@link Properties}, read so that each entry knows its line. */
final class SettingsFile {

    static final String PREFIX = "io.agentcgroup.";
    /** Between whose setting it is, and its name. What has none is a property of the framework, and none of our business. */
    private static final char BETWEEN = '/';

    private SettingsFile() {
    }

    /** @return lines such as {@code engine/host.memory = 80%} */
    static List<Setting> settings(Path file) throws IOException {
        return entries(file, "").stream().filter(entry -> entry.name().indexOf(BETWEEN) > 0).map(entry -> {
            int end = entry.name().indexOf(BETWEEN);
            return new Setting(PREFIX + entry.name().substring(0, end), entry.name().substring(end + 1), entry.value(), entry.line());
        }).toList();
    }

    /** @return all lines of a file that is about one PID alone */
    static List<Setting> entries(Path file, String pid) throws IOException {
        List<Setting> entries = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int first = 0; first < lines.size(); first++) {
            int number = first + 1;
            StringBuilder whole = new StringBuilder(lines.get(first));
            while (!isComment(whole) && goesOn(whole) && first + 1 < lines.size()) {
                whole.append('\n').append(lines.get(++first));
            }
            Properties one = new Properties();
            one.load(new StringReader(whole.toString()));
            one.stringPropertyNames().forEach(name -> entries.add(new Setting(pid, name, one.getProperty(name).strip(), number)));
        }
        return entries;
    }

    private static boolean isComment(CharSequence line) {
        String text = line.toString().stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    /** An odd number of backslashes at its end. */
    private static boolean goesOn(CharSequence line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
