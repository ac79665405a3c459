package io.agentcgroup.gateway.internal.control;

import io.agentcgroup.api.SessionName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The arguments of an operation, checked as they are read. Everything throws {@link IllegalArgumentException} with a
 * sentence for whoever asked.
 */
record Request(Map<String, Object> arguments) {

    String operation() {
        return required("op");
    }

    Optional<String> text(String name) {
        Object value = arguments.get(name);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException("\"" + name + "\" is a text");
        }
        return Optional.ofNullable((String) value);
    }

    String required(String name) {
        return text(name).orElseThrow(() -> new IllegalArgumentException("the request has no \"" + name + "\""));
    }

    OptionalLong number(String name, long least, long most) {
        Object value = arguments.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!(value instanceof Integer || value instanceof Long)) {
            throw new IllegalArgumentException("\"" + name + "\" is a whole number");
        }
        long number = ((Number) value).longValue();
        if (number < least || number > most) {
            throw new IllegalArgumentException("\"" + name + "\" is " + least + " to " + most + ", not " + number);
        }
        return OptionalLong.of(number);
    }

    boolean flag(String name) {
        Object value = arguments.get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw new IllegalArgumentException("\"" + name + "\" is true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    Optional<SessionName> session() {
        return text("session").map(SessionName::new);
    }

    SessionName requiredSession() {
        return new SessionName(required("session"));
    }

    <E extends Enum<E>> Optional<E> constant(String name, Class<E> type) {
        return text(name).map(value -> {
            try {
                return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"" + name + "\" is one of "
                        + String.join(", ", Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT)).toList()));
            }
        });
    }
}
