package io.agentcgroup.console.internal;

import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.json.RecordJson;
import io.agentcgroup.api.policy.AdaptivePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;

/** The policies and intent providers of this host: those that answer now, and bundles that would if they were started. */
final class Providers {

    private static final String SERVICE_NAMESPACE = "osgi.service";

    private final BundleContext context;
    private final Services services;
    private final Deployment deployment;

    /** What a plug-in is for. */
    enum Kind {
        POLICY("policy", AdaptivePolicy.class),
        INTENT("intent", IntentProvider.class);

        private final String label;
        private final Class<?> type;

        Kind(String label, Class<?> type) {
            this.label = label;
            this.type = type;
        }
    }

    Providers(BundleContext context, Services services, Deployment deployment) {
        this.context = context;
        this.services = services;
        this.deployment = deployment;
    }

    /** @return policies first, each kind in the order in which they are asked, stopped bundles last */
    List<Map<String, Object>> json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<ServiceReference<?>> asked = inOrder(kind);
            // The engine's order is not that of rankings when an operator has chosen a policy.
            asked.stream().map(reference -> running(kind, reference, reference == asked.get(0)))
                    .sorted(Comparator.comparing(row -> row.get("ranking") instanceof Integer place ? place : Integer.MAX_VALUE)).forEach(rows::add);
            Set<Bundle> answering = new LinkedHashSet<>(asked.stream().map(ServiceReference::getBundle).toList());
            Arrays.stream(context.getBundles()).filter(bundle -> !answering.contains(bundle) && offers(bundle, kind))
                    .forEach(bundle -> rows.add(stopped(kind, bundle)));
        }
        return rows;
    }

    /** @return the highest ranked first */
    List<ServiceReference<?>> inOrder(Kind kind) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(kind.type.getName(), null);
            return found == null ? List.of() : Stream.of(found).sorted(Comparator.reverseOrder()).toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter has no syntax", e);
        }
    }

    /** @throws IllegalArgumentException if that is no bundle that gives a policy or intents: the console manages no others */
    Bundle bundle(long id) {
        Bundle bundle = context.getBundle(id);
        boolean manageable = bundle != null && Stream.of(Kind.values())
                .anyMatch(kind -> offers(bundle, kind) || inOrder(kind).stream().anyMatch(reference -> bundle.equals(reference.getBundle())));
        if (!manageable) {
            throw new IllegalArgumentException("bundle " + id + " has neither a policy nor an intent provider");
        }
        return bundle;
    }

    private Map<String, Object> running(Kind kind, ServiceReference<?> reference, boolean first) {
        Map<String, Object> row = row(kind, reference.getBundle());
        Object service = context.getService(reference);
        row.put("name", nameOf(service));
        if (service != null) {
            row.put("implementation", service.getClass().getName());
            behaviour(kind, service.getClass().getName()).ifPresent(row::putAll);
            context.ungetService(reference);
        }
        Object ranking = reference.getProperty(Constants.SERVICE_RANKING);
        row.put("service_ranking", ranking instanceof Integer ? ranking : 0);
        row.put("answers", true);
        row.put("decides", kind == Kind.POLICY && (row.get("in_use") instanceof Boolean used ? used : first));
        return row;
    }

    /** How the engine finds it, which asks it. */
    private Optional<Map<String, Object>> behaviour(Kind kind, String implementation) {
        return services.plugins().map(Plugins::plugins).orElse(List.of()).stream()
                .filter(plugin -> plugin.kind().name().equals(kind.name()) && plugin.implementation().equals(implementation)).findFirst()
                .map(plugin -> {
                    Map<String, Object> json = RecordJson.of(plugin);
                    json.keySet().retainAll(List.of("ranking", "in_use", "faults", "last_fault", "fenced", "calls", "took_us", "slowest_us"));
                    return json;
                });
    }

    private Map<String, Object> stopped(Kind kind, Bundle bundle) {
        Map<String, Object> row = row(kind, bundle);
        row.put("name", bundle.getSymbolicName());
        row.put("answers", false);
        row.put("decides", false);
        return row;
    }

    private Map<String, Object> row(Kind kind, Bundle bundle) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kind", kind.label);
        row.put("bundle", bundle.getBundleId());
        row.put("symbolic_name", bundle.getSymbolicName());
        row.put("version", bundle.getVersion().toString());
        row.put("state", state(bundle));
        deployment.fileOf(bundle).map(Path::getFileName).ifPresent(file -> row.put("uploaded", file.toString()));
        return row;
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "stopped";
            case Bundle.INSTALLED -> "unresolved";
            default -> "gone";
        };
    }

    /** It is a plug-in's own code: whatever it does is no reason not to show the others. */
    private static String nameOf(Object service) {
        try {
            String name = service instanceof AdaptivePolicy policy ? policy.name()
                    : service instanceof IntentProvider provider ? provider.name() : null;
            return name == null ? "(no name)" : name;
        } catch (RuntimeException e) {
            return "(fails to say its name)";
        }
    }

    /** By what its manifest says it provides, which build tools write from the component annotations. */
    private static boolean offers(Bundle bundle, Kind kind) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && revision.getDeclaredCapabilities(SERVICE_NAMESPACE).stream()
                .map(capability -> capability.getAttributes().get(Constants.OBJECTCLASS))
                .anyMatch(classes -> classes instanceof List<?> list ? list.contains(kind.type.getName()) : kind.type.getName().equals(classes));
    }
}
