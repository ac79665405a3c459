package io.agentcgroup.api.json;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.WaitingStatus;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The one way in which the API's records become JSON: a component {@code memoryPeakBytes} is {@code memory_peak_bytes}, an
 * empty value is left out, an enum is in small letters, a duration is in seconds with {@code _s} in its name, a moment is ISO
 * 8601, what the kernel calls {@code max} is {@code "max"}. A component that is added to a record shows up by itself.
 */
public final class RecordJson {

    private static final double NS_PER_S = 1e9;

    private RecordJson() {
    }

    /** @return the session's own members first, then how it is now: one flat object */
    public static Map<String, Object> of(SessionStatus status) {
        return flat("session", of((Record) status));
    }

    /** @return the call's own members first, then how it is now: one flat object */
    public static Map<String, Object> of(CallStatus status) {
        return flat("call", of((Record) status));
    }

    /** @return the call's own members first, then how it waits: one flat object */
    public static Map<String, Object> of(WaitingStatus status) {
        return flat("call", of((Record) status));
    }

    /** @return the record as a map that keeps the order of its components */
    public static Map<String, Object> of(Record value) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            put(json, snakeCase(component.getName()), read(component, value));
        }
        return json;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> flat(String inner, Map<String, Object> json) {
        Map<String, Object> flat = new LinkedHashMap<>((Map<String, Object>) json.remove(inner));
        flat.putAll(json);
        return flat;
    }

    private static void put(Map<String, Object> json, String name, Object value) {
        Object present = unwrap(value);
        if (present instanceof Duration duration) {
            json.put(name + "_s", seconds(duration));
        } else if (present != null) {
            json.put(name, plain(present));
        }
    }

    /** @return what is in an optional, null when nothing is */
    private static Object unwrap(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.orElse(null);
        } else if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        } else if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        } else if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? optional.getAsDouble() : null;
        }
        return value;
    }

    private static Object plain(Object value) {
        if (value instanceof SessionName || value instanceof CallId || value instanceof Instant) {
            return value.toString();
        } else if (value instanceof Record record) {
            return of(record);
        } else if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        } else if (value instanceof Duration duration) {
            return seconds(duration);
        } else if (value instanceof Collection<?> several) {
            return several.stream().map(RecordJson::plain).toList();
        } else if (value instanceof Long number && number == Limits.UNLIMITED) {
            return "max";
        }
        return value;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NS_PER_S;
    }

    private static Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private static String snakeCase(String camelCase) {
        StringBuilder out = new StringBuilder(camelCase.length() + 8);
        for (char c : camelCase.toCharArray()) {
            if (Character.isUpperCase(c)) {
                out.append('_');
            }
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }
}
