package io.agentcgroup.health.internal;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.enforce.Tier;
import java.util.Optional;
import java.util.stream.Stream;

/** {@link HealthConfig}, checked. */
record Settings(Optional<Tier> leastTier, long diskWarningBytes, long diskCriticalBytes) {

    static final String PID = "io.agentcgroup.health";

    /** @throws IllegalArgumentException if a value makes no sense; the message names it */
    static Settings of(HealthConfig config) {
        String tier = config.tier_least().strip();
        Optional<Tier> least = Stream.of(Tier.values()).filter(one -> one.label().equals(tier)).findFirst();
        if (least.isEmpty() && !tier.isEmpty()) {
            throw new IllegalArgumentException("tier.least is memcg-bpf, sched-ext, cgroup, observe or empty, not \"" + tier + "\"");
        }
        long warning = size("disk.warning", config.disk_warning());
        long critical = size("disk.critical", config.disk_critical());
        if (critical > warning) {
            throw new IllegalArgumentException("disk.critical is at most disk.warning, which is " + config.disk_warning());
        }
        return new Settings(least, warning, critical);
    }

    private static long size(String name, String value) {
        return Quantity.parseBytes(value.strip())
                .orElseThrow(() -> new IllegalArgumentException(name + " is a size such as 256m, not \"" + value + "\""));
    }
}
