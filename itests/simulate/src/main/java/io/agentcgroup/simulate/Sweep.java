package io.agentcgroup.simulate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All combinations of what is varied. */
final class Sweep {

    private Sweep() {
    }

    /**
     * @param varied each a name and the values that it takes, such as {@code sessions=2,4,6}
     * @return each a value for every name; one empty combination when nothing is varied
     * @throws IllegalArgumentException when one is not like that
     */
    static List<Map<String, String>> combinations(List<String> varied) {
        List<Map<String, String>> all = new ArrayList<>(List.of(new LinkedHashMap<>()));
        for (String one : varied) {
            int equals = one.indexOf('=');
            if (equals < 1 || equals == one.length() - 1) {
                throw new IllegalArgumentException("--sweep is NAME=VALUE,VALUE..., not " + one);
            }
            String name = one.substring(0, equals);
            List<Map<String, String>> more = new ArrayList<>();
            for (Map<String, String> before : all) {
                for (String value : one.substring(equals + 1).split(",")) {
                    Map<String, String> with = new LinkedHashMap<>(before);
                    with.put(name, value);
                    more.add(with);
                }
            }
            all = more;
        }
        return all;
    }
}
