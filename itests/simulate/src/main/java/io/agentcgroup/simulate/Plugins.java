package io.agentcgroup.simulate;

import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Policies and intent providers without a framework: the same classes as in the bundles, made with the same configuration. A jar's policy is
 * found by looking at its classes.
 */
final class Plugins {

    private static final String PACKAGE = "io.agentcgroup.policy.";
    private static final String DECLARED = "io.agentcgroup.intent.declared";

    private final Map<String, Class<?>> found = new ConcurrentHashMap<>();

    /**
     * @param name {@code fixed}, {@code graduated}, the path of a jar, or the name of a class on the class path
     * @param settings by PID and property; the PID of a policy of ours is its bundle's name, that of others their class's
     * @throws CommandException with a sentence for people
     */
    AdaptivePolicy policy(String name, Map<String, Map<String, String>> settings) {
        Class<?> type = found.computeIfAbsent(name, Plugins::find);
        String pid = type.getName().startsWith(PACKAGE) ? type.getPackageName().replaceFirst("\\.internal$", "") : type.getName();
        return (AdaptivePolicy) make(type, settings.getOrDefault(pid, Map.of()));
    }

    IntentProvider declared(Map<String, Map<String, String>> settings) {
        return (IntentProvider) make(found.computeIfAbsent(DECLARED, name -> load(name + ".internal.DeclaredIntents")),
                settings.getOrDefault(DECLARED, Map.of()));
    }

    private static Class<?> find(String name) {
        if (name.endsWith(".jar")) {
            return inJar(Path.of(name));
        }
        if (name.indexOf('.') >= 0) {
            return checked(load(name));
        }
        String simple = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Policy";
        return checked(load(PACKAGE + name + ".internal." + simple));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new CommandException("there is no class " + name + ": say fixed, graduated, the path of a jar, or a class's whole name", e);
        }
    }

    private static Class<?> checked(Class<?> type) {
        if (!AdaptivePolicy.class.isAssignableFrom(type)) {
            throw new CommandException(type.getName() + " is no " + AdaptivePolicy.class.getSimpleName());
        }
        return type;
    }

    private static Class<?> inJar(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new CommandException("there is no " + jar);
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            // Not closed: the policy may load more of its classes at any time.
            URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Plugins.class.getClassLoader());
            List<Class<?>> policies = new ArrayList<>();
            for (JarEntry entry : file.stream().filter(entry -> entry.getName().endsWith(".class")).toList()) {
                Class<?> type = Class.forName(entry.getName().replaceFirst("\\.class$", "").replace('/', '.'), false, loader);
                if (AdaptivePolicy.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                    policies.add(type);
                }
            }
            if (policies.size() != 1) {
                throw new CommandException(jar + " has " + policies.size() + " policies and should have one");
            }
            return policies.get(0);
        } catch (IOException | ClassNotFoundException | LinkageError e) {
            throw new CommandException(jar + " cannot be read: " + e, e);
        }
    }

    /** By its constructor, with the configuration if it takes one. */
    private static Object make(Class<?> type, Map<String, String> settings) {
        try {
            for (Constructor<?> constructor : type.getConstructors()) {
                Class<?>[] takes = constructor.getParameterTypes();
                if (takes.length == 0 && settings.isEmpty()) {
                    return constructor.newInstance();
                } else if (takes.length == 1 && takes[0].isAnnotation()) {
                    return constructor.newInstance(Configuration.of(takes[0], settings));
                }
            }
        } catch (InvocationTargetException e) {
            throw new CommandException(type.getName() + ": " + e.getCause().getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(type.getName() + ": " + e.getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new CommandException(type.getName() + " cannot be made: " + e.getMessage(), e);
        }
        throw new CommandException(type.getName() + " has no public constructor that takes nothing or its configuration");
    }
}
