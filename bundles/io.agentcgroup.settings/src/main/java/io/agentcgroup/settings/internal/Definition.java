package io.agentcgroup.settings.internal;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A property, as the bundle that reads it describes it.
 *
 * @param type as the Metatype specification names it, such as {@code Integer}
 * @param several whether it has more than one value
 * @param least the lower end of its range, empty for none or one that only the bundle knows
 * @param options the only values, empty for any
 */
record Definition(String name, String type, boolean several, String least, String most, List<String> options) {

    /** @return what is wrong with a value, beginning with the property's name; nothing for a good one */
    Optional<String> fault(String value) {
        if (!options.isEmpty() && !options.contains(value)) {
            return Optional.of(name + " is one of " + String.join(", ", options) + ", not \"" + value + "\"");
        }
        return switch (type) {
            case "Integer", "Long" -> value.matches("[+-]?\\d{1,18}") ? outside(value) : Optional.of(name + " is a whole number" + range() + ", not \"" + value + "\"");
            case "Double", "Float" -> isNumber(value) ? outside(value) : Optional.of(name + " is a number" + range() + ", not \"" + value + "\"");
            case "Boolean" -> value.equals("true") || value.equals("false") ? Optional.empty() : Optional.of(name + " is true or false, not \"" + value + "\"");
            default -> Optional.empty();
        };
    }

    private static boolean isNumber(String value) {
        return value.matches("[+-]?\\d{1,18}(\\.\\d{1,18})?");
    }

    private Optional<String> outside(String value) {
        BigDecimal number = new BigDecimal(value);
        boolean integer = type.equals("Integer");
        BigDecimal lowest = !least.isEmpty() ? new BigDecimal(least) : integer ? BigDecimal.valueOf(Integer.MIN_VALUE) : number;
        BigDecimal highest = !most.isEmpty() ? new BigDecimal(most) : integer ? BigDecimal.valueOf(Integer.MAX_VALUE) : number;
        return number.compareTo(lowest) >= 0 && number.compareTo(highest) <= 0 ? Optional.empty()
                : Optional.of(name + " is" + (range().isEmpty() ? " " + lowest + " to " + highest : range()) + ", not " + value);
    }

    private String range() {
        return least.isEmpty() && most.isEmpty() ? "" : most.isEmpty() ? " " + least + " or more" : least.isEmpty() ? " at most " + most : " " + least + " to " + most;
    }
}
