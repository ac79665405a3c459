package io.agentcgroup.vm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.LinkedHashSet;

/**
 * What matters here of a Debian package's description.
 *
 * @param name its name
 * @param version its version
 * @param bytes size of the .deb, 0 when the description does not say
 * @param depends what it depends on: each element a list of alternatives
 * @param provides virtual packages it stands for
 */
record DebPackage(String name, String version, long bytes, List<List<String>> depends, Set<String> provides) {

    /** Reads descriptions in Debian's control format, as {@code apt-cache show} and {@code dpkg-query -s} print them. */
    static List<DebPackage> parse(String control) {
        List<DebPackage> packages = new ArrayList<>();
        for (Map<String, String> fields : stanzas(control)) {
            if (fields.containsKey("package")) {
                packages.add(of(fields));
            }
        }
        return packages;
    }

    /** Reads stanzas of {@code Field: value} lines with continuation lines; field names come back in lower case. */
    static List<Map<String, String>> stanzas(String control) {
        List<Map<String, String>> stanzas = new ArrayList<>();
        Map<String, String> fields = new HashMap<>();
        String last = null;
        for (String line : (control + "\n\n").split("\n", -1)) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                if (!fields.isEmpty()) {
                    stanzas.add(fields);
                    fields = new HashMap<>();
                }
                last = null;
            } else if (line.startsWith("#")) {
                continue;
            } else if (Character.isWhitespace(line.charAt(0)) && last != null) {
                fields.merge(last, line, (value, more) -> value + "\n" + more);
            } else if (colon > 0) {
                last = line.substring(0, colon).toLowerCase(Locale.ROOT);
                fields.put(last, line.substring(colon + 1).strip());
            }
        }
        return stanzas;
    }

    private static DebPackage of(Map<String, String> fields) {
        List<List<String>> depends = new ArrayList<>();
        depends.addAll(relations(fields.getOrDefault("pre-depends", "")));
        depends.addAll(relations(fields.getOrDefault("depends", "")));
        Set<String> provides = new LinkedHashSet<>();
        relations(fields.getOrDefault("provides", "")).forEach(provides::addAll);
        return new DebPackage(fields.get("package"), fields.getOrDefault("version", ""),
                Long.parseLong(fields.getOrDefault("size", "0")), List.copyOf(depends), Set.copyOf(provides));
    }

    /** {@code "a (>= 1) | b, c:any"} becomes {@code [[a, b], [c]]}: one suite has one version of each. */
    private static List<List<String>> relations(String field) {
        List<List<String>> relations = new ArrayList<>();
        for (String relation : field.split(",")) {
            List<String> alternatives = new ArrayList<>();
            for (String alternative : relation.split("\\|")) {
                String name = alternative.replaceFirst("\\(.*", "").replaceFirst(":.*", "").strip();
                if (!name.isEmpty()) {
                    alternatives.add(name);
                }
            }
            if (!alternatives.isEmpty()) {
                relations.add(List.copyOf(alternatives));
            }
        }
        return relations;
    }
}
