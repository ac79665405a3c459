package io.agentcgroup.engine.internal;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A JSON object whose values are asked for by type. What has the wrong type is an {@link IllegalArgumentException}. */
final class JsonMap {

    private final Map<String, Object> values;

    JsonMap() {
        this(new LinkedHashMap<>());
    }

    private JsonMap(Map<String, Object> values) {
        this.values = values;
    }

    static JsonMap parse(String text) {
        try {
            Map<String, Object> values = JSON.std.mapFrom(text);
            if (values == null) {
                throw new IllegalArgumentException("no JSON object");
            }
            return new JsonMap(values);
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
        }
    }

    String text() {
        try {
            return JSON.std.asString(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonMap put(String key, Object value) {
        values.put(key, value);
        return this;
    }

    JsonMap put(String key, JsonMap value) {
        values.put(key, value.values);
        return this;
    }

    JsonMap put(String key, List<JsonMap> value) {
        values.put(key, value.stream().map(map -> map.values).toList());
        return this;
    }

    JsonMap putTexts(String key, List<String> texts) {
        values.put(key, texts);
        return this;
    }

    JsonMap put(String key, OptionalLong value) {
        return value.isPresent() ? put(key, (Object) value.getAsLong()) : this;
    }

    JsonMap put(String key, OptionalInt value) {
        return value.isPresent() ? put(key, (Object) value.getAsInt()) : this;
    }

    JsonMap put(String key, OptionalDouble value) {
        return value.isPresent() ? put(key, (Object) value.getAsDouble()) : this;
    }

    String string(String key) {
        return value(key, String.class).orElseThrow(() -> missing(key));
    }

    Optional<String> optionalString(String key) {
        return value(key, String.class);
    }

    long number(String key) {
        return optionalLong(key).orElseThrow(() -> missing(key));
    }

    OptionalLong optionalLong(String key) {
        return value(key, Number.class).map(n -> OptionalLong.of(n.longValue())).orElse(OptionalLong.empty());
    }

    OptionalDouble optionalDouble(String key) {
        return value(key, Number.class).map(n -> OptionalDouble.of(n.doubleValue())).orElse(OptionalDouble.empty());
    }

    Optional<Boolean> optionalBoolean(String key) {
        return value(key, Boolean.class);
    }

    Optional<JsonMap> optionalObject(String key) {
        return value(key, Map.class).map(JsonMap::of);
    }

    JsonMap object(String key) {
        return optionalObject(key).orElseThrow(() -> missing(key));
    }

    List<JsonMap> objects(String key) {
        List<?> list = value(key, List.class).orElse(List.of());
        return list.stream().map(item -> of((Map<?, ?>) item)).toList();
    }

    List<String> strings(String key) {
        List<?> list = value(key, List.class).orElse(List.of());
        return list.stream().map(String::valueOf).toList();
    }

    private static JsonMap of(Map<?, ?> map) {
        return new JsonMap(map.entrySet().stream().collect(
                Collectors.toMap(entry -> String.valueOf(entry.getKey()), Map.Entry::getValue)));
    }

    private <T> Optional<T> value(String key, Class<T> type) {
        Object value = values.get(key);
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException(key + " is no " + type.getSimpleName());
        }
        return Optional.ofNullable(type.cast(value));
    }

    private static IllegalArgumentException missing(String key) {
        return new IllegalArgumentException(key + " is missing");
    }
}
