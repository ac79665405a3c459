package io.agentcgroup.launcher;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Components that could not be made, mostly for want of a setting that makes sense: what Declarative Services knows of them. Asked by
 * the names of methods and fields, since the launcher is outside of the framework and shares no types with its bundles.
 */
final class FailedComponents {

    private static final String RUNTIME = "org.osgi.service.component.runtime.ServiceComponentRuntime";
    private static final String CAUSE = "Caused by: ";
    /** Of the bundle that knows the operator's files: from a PID and a refusal to file and line. */
    private static final String WHERE = "(agentcgroup.settings=file)";

    private final BundleContext context;

    FailedComponents(BundleContext context) {
        this.context = context;
    }

    /** @return a sentence for each component that has failed and would be one of these services */
    List<String> offering(Collection<String> services) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(RUNTIME, null);
            return found == null ? List.of() : failed(context.getService(found[0]), services);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException | InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> failed(Object runtime, Collection<String> services) throws ReflectiveOperationException, InvalidSyntaxException {
        List<String> sentences = new ArrayList<>();
        // Only of who offers them, if somebody does: Declarative Services does so before a component is made, and goes on when it fails.
        for (Object component : ask(runtime, "getComponentDescriptionDTOs", (Object) providers(services))) {
            if (!Collections.disjoint(services, Arrays.asList((String[]) field(component, "serviceInterfaces")))) {
                for (Object configuration : ask(runtime, "getComponentConfigurationDTOs", component)) {
                    String failure = (String) field(configuration, "failure");
                    if (failure != null) {
                        sentences.add(field(component, "name") + " cannot begin: " + where((String[]) field(component, "configurationPid"), reason(failure))
                                + reason(failure));
                    }
                }
            }
        }
        return sentences;
    }

    /** @return such as {@code /etc/agentcgroup/agentcgroup.properties, line 7: }; empty when no file says anything about it */
    private String where(String[] pids, String reason) throws InvalidSyntaxException {
        for (ServiceReference<?> reference : Optional.ofNullable(context.getAllServiceReferences(BiFunction.class.getName(), WHERE))
                .orElse(new ServiceReference<?>[0])) {
            @SuppressWarnings("unchecked") // the property says so
            BiFunction<String, String, String> file = (BiFunction<String, String, String>) context.getService(reference);
            Optional<String> found = Stream.of(pids).map(pid -> file.apply(pid, reason)).filter(text -> !text.isEmpty()).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        return "";
    }

    /** @return the bundles that offer them; none, which means all bundles, if one is not offered */
    private Bundle[] providers(Collection<String> services) throws InvalidSyntaxException {
        Set<Bundle> providers = new HashSet<>();
        for (String service : services) {
            ServiceReference<?>[] offered = context.getAllServiceReferences(service, null);
            if (offered == null) {
                return new Bundle[0];
            }
            Stream.of(offered).map(ServiceReference::getBundle).forEach(providers::add);
        }
        return providers.toArray(Bundle[]::new);
    }

    private static Collection<?> ask(Object runtime, String question, Object argument) throws ReflectiveOperationException {
        for (Method method : runtime.getClass().getMethods()) {
            if (method.getName().equals(question)) {
                return (Collection<?>) method.invoke(runtime, argument);
            }
        }
        throw new NoSuchMethodException(question);
    }

    private static Object field(Object dto, String name) throws ReflectiveOperationException {
        return dto.getClass().getField(name).get(dto);
    }

    /** @param stackTrace of the failure; the first of its causes, without the name of the class, is what people want to know */
    static String reason(String stackTrace) {
        List<String> lines = stackTrace.lines().toList();
        String first = lines.stream().filter(line -> line.startsWith(CAUSE)).reduce((one, later) -> later).orElse(lines.get(0));
        return first.replaceFirst("^(" + CAUSE + ")?[\\w.$]+(Exception|Error): ", "");
    }
}
