package io.agentcgroup.bench.isolation;

import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which tiers an appliance finds on this machine; one is asked when somebody wants to know. Not for use by several threads. */
final class Tiers {

    private final Path classes;
    private List<Map<String, Object>> known;

    /** @param classes an empty folder, in which appliances leave each other what makes them start faster */
    Tiers(Path classes) {
        this.classes = classes;
    }

    Path classes() {
        return classes;
    }

    /** @return why there is no such tier here; empty if there is */
    Optional<String> missing(String tier) throws IOException, InterruptedException {
        if (known == null) {
            known = ask();
        }
        Optional<Map<String, Object>> found = known.stream().filter(one -> tier.equals(one.get("name"))).findFirst();
        if (found.isEmpty()) {
            return Optional.of("this distribution has no enforcer for it");
        }
        return Boolean.TRUE.equals(found.get().get("available")) ? Optional.empty()
                : Optional.of(String.valueOf(found.get().get("reason")));
    }

    private List<Map<String, Object>> ask() throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch();
                Appliance appliance = new Appliance(Place.current().home(), scratch.folder("a")).keepClassesIn(classes)) {
            appliance.start();
            List<Map<String, Object>> tiers = appliance.tiers();
            // What it pinned in the kernel must not take part in arms without an appliance.
            appliance.release();
            return tiers;
        }
    }
}
