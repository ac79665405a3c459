package io.agentcgroup.console.internal;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/**
 * Lets another policy decide. The policy with the highest ranking does, so those above the wanted one are stopped; the last such
 * change can be rolled back. Running calls keep their limits meanwhile. It lasts until the daemon starts anew.
 */
final class PolicySwitch {

    private final Providers providers;

    // Guarded by this.
    private final List<Bundle> stopped = new ArrayList<>();
    private final List<Bundle> started = new ArrayList<>();

    PolicySwitch(Providers providers) {
        this.providers = providers;
    }

    /** @return in words, what was done */
    synchronized String use(Bundle wanted) throws BundleException {
        List<Bundle> nowStarted = new ArrayList<>();
        if (wanted.getState() != Bundle.ACTIVE) {
            wanted.start();
            nowStarted.add(wanted);
        }
        List<Bundle> nowStopped = new ArrayList<>();
        for (Bundle above : above(wanted)) {
            above.stop();
            nowStopped.add(above);
        }
        remember(nowStopped, nowStarted);
        return wanted.getSymbolicName() + " decides" + (nowStopped.isEmpty() ? "" : "; stopped: " + names(nowStopped));
    }

    private List<Bundle> above(Bundle wanted) {
        List<Bundle> above = new ArrayList<>();
        for (ServiceReference<?> reference : providers.inOrder(Providers.Kind.POLICY)) {
            if (wanted.equals(reference.getBundle())) {
                return above;
            }
            above.add(reference.getBundle());
        }
        throw new NotNowException(wanted.getSymbolicName() + " was started, but gives no policy");
    }

    /** @return in words, what was done */
    synchronized String rollBack() throws BundleException {
        if (!canRollBack()) {
            throw new NotNowException("there is nothing to roll back");
        }
        for (Bundle bundle : stopped) {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.start();
            }
        }
        for (Bundle bundle : started) {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.stop();
            }
        }
        String done = "started again: " + names(stopped) + "; stopped again: " + names(started);
        remember(List.of(), List.of());
        return done;
    }

    synchronized boolean canRollBack() {
        return !stopped.isEmpty() || !started.isEmpty();
    }

    private void remember(List<Bundle> nowStopped, List<Bundle> nowStarted) {
        stopped.clear();
        stopped.addAll(nowStopped);
        started.clear();
        started.addAll(nowStarted);
    }

    private static String names(List<Bundle> bundles) {
        return bundles.isEmpty() ? "none" : String.join(", ", bundles.stream().map(Bundle::getSymbolicName).toList());
    }
}
