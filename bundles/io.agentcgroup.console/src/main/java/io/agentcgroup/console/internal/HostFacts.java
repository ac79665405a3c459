package io.agentcgroup.console.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.json.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What does not change from one moment to the next: tier, reasons, root, budget. */
final class HostFacts {

    private final Services services;

    HostFacts(Services services) {
        this.services = services;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        Tier tier = services.tier();
        List<Capability> tiers = Stream.of(Tier.values()).map(this::capabilityOf).toList();
        json.put("tier", tier.label());
        json.put("tier_reason", tiers.get(tier.ordinal()).reason());
        json.put("kernel", System.getProperty("os.version"));
        json.put("tiers", tiers.stream().map(RecordJson::of).toList());
        json.put("missing", missing());
        services.tree().ifPresent(tree -> {
            TreeInfo info = tree.info();
            json.put("root", info.root());
            json.put("delegated", info.delegated());
            json.put("controllers", info.controllers().stream().sorted().toList());
            info.hostMemoryBytes().ifPresent(bytes -> json.put("host_memory_bytes", bytes));
            budget(info).ifPresent(bytes -> json.put("budget_bytes", bytes));
            json.put("capabilities", info.capabilities().stream().map(RecordJson::of).toList());
        });
        return json;
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (services.tree().isEmpty()) {
            missing.add("cgroup tree");
        }
        if (services.sessions().isEmpty() || services.toolCalls().isEmpty()) {
            missing.add("engine");
        }
        if (services.journal().isEmpty()) {
            missing.add("journal");
        }
        return missing;
    }

    private Capability capabilityOf(Tier tier) {
        return services.enforcers().stream().filter(enforcer -> enforcer.tier() == tier).findFirst()
                .map(enforcer -> new Capability(tier.label(), enforcer.capability().available(), enforcer.capability().reason()))
                .orElseGet(() -> new Capability(tier.label(), tier == Tier.OBSERVE, tier == Tier.OBSERVE
                        ? "accounting only, nothing is enforced" : "no enforcer of this tier is installed"));
    }

    /** What all sessions together may use, as the kernel was told. */
    private static OptionalLong budget(TreeInfo info) {
        if (info.root().isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            String value = Files.readString(Path.of(info.root(), "memory.max")).strip();
            return value.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            throw new NotNowException("the budget of all sessions cannot be read: " + e.getMessage());
        }
    }
}
