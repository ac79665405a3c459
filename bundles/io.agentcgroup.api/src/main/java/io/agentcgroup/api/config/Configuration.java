package io.agentcgroup.api.config;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a component as the framework would make it, where there is none: in simulators and tests.
 *
 * <pre>{@code
 * new FixedPolicy(Configuration.of(FixedPolicy.Config.class, Map.of("headroom.percent", 50)));
 * }</pre>
 */
public final class Configuration {

    private Configuration() {
    }

    /**
     * @param type the component's annotation
     * @param said by property, as an operator sets them: values of the property's type, or texts of them. All others are the defaults
     * @throws IllegalArgumentException if there is no such property, or a value is none of its type
     */
    public static <A> A of(Class<A> type, Map<String, ?> said) {
        List<Method> methods = List.of(type.getDeclaredMethods());
        List<String> known = methods.stream().map(Configuration::property).sorted().toList();
        said.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("there is no property " + name + ": " + String.join(", ", known));
        });
        Map<String, Object> values = new HashMap<>();
        methods.forEach(method -> values.put(method.getName(), value(method, said.get(property(method)))));
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> values.get(method.getName())));
    }

    /** As the framework names it. */
    private static String property(Method method) {
        return method.getName().replace('_', '.');
    }

    private static Object value(Method method, Object said) {
        if (said == null) {
            return method.getDefaultValue();
        }
        Class<?> type = method.getReturnType();
        if (!(said instanceof String text) || type == String.class) {
            return said;
        }
        try {
            return parsed(type, text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property(method) + " is " + (type == boolean.class ? "true or false" : "a number") + ", not \"" + text + "\"", e);
        }
    }

    private static Object parsed(Class<?> type, String text) {
        if (type == int.class) {
            return Integer.valueOf(text);
        } else if (type == long.class) {
            return Long.valueOf(text);
        } else if (type == double.class) {
            return Double.valueOf(text);
        } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
            return Boolean.valueOf(text);
        }
        throw new IllegalArgumentException("no " + type);
    }
}
