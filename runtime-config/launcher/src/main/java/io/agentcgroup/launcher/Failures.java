package io.agentcgroup.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Why bundles do not run, for the operator. One bundle that is missing keeps dozens from being resolved, and of each the framework
 * says so with the whole chain; who really lacks something are one or two.
 */
final class Failures {

    private final Map<Bundle, BundleException> failed;
    private final List<BundleRevision> installed;

    /**
     * @param failed who does not run, and what the framework says of it
     * @param installed all bundles of the framework, itself too
     */
    Failures(Map<Bundle, BundleException> failed, Bundle[] installed) {
        this.failed = failed;
        this.installed = Stream.of(installed).map(bundle -> bundle.adapt(BundleRevision.class)).toList();
    }

    /** @return a sentence for each cause, then one for those that only need others; empty if all bundles run */
    List<String> inWords() {
        List<String> causes = new ArrayList<>();
        failed.forEach((bundle, failure) -> cause(bundle, failure, causes));
        if (causes.isEmpty()) {
            // Each has somebody who offers what it needs, but they do not go together: only the framework knows why.
            failed.forEach((bundle, failure) -> causes.add(bundle.getSymbolicName() + " does not run: " + failure.getMessage()));
        } else if (causes.size() < failed.size()) {
            int others = failed.size() - causes.size();
            causes.add(others + (others == 1 ? " more bundle needs" : " more bundles need") + " what these offer");
        }
        return causes;
    }

    private void cause(Bundle bundle, BundleException failure, List<String> causes) {
        if (bundle.getState() != Bundle.INSTALLED) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            causes.add(bundle.getSymbolicName() + " does not start: " + cause);
            return;
        }
        List<String> lacking = bundle.adapt(BundleRevision.class).getDeclaredRequirements(null).stream()
                .filter(requirement -> isMandatory(requirement) && !isOffered(requirement))
                .map(requirement -> requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, requirement.getNamespace())).toList();
        if (!lacking.isEmpty()) {
            causes.add(bundle.getSymbolicName() + " does not resolve: no bundle offers " + String.join(", ", lacking));
        }
    }

    private static boolean isMandatory(BundleRequirement requirement) {
        Map<String, String> directives = requirement.getDirectives();
        return Constants.RESOLUTION_MANDATORY.equals(directives.getOrDefault(Constants.RESOLUTION_DIRECTIVE, Constants.RESOLUTION_MANDATORY))
                && Constants.EFFECTIVE_RESOLVE.equals(directives.getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE));
    }

    private boolean isOffered(BundleRequirement requirement) {
        return installed.stream().flatMap(revision -> revision.getDeclaredCapabilities(requirement.getNamespace()).stream())
                .anyMatch(requirement::matches);
    }
}
