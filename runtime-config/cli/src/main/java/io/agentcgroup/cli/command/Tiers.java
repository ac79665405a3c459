package io.agentcgroup.cli.command;

/** What a tier means to somebody who does not know the word. */
final class Tiers {

    private Tiers() {
    }

    static String inWords(String tier) {
        return switch (tier) {
            case "memcg-bpf" -> "The kernel delays and protects inside the memory controller, by eBPF.";
            case "sched-ext" -> "The kernel schedules agents by eBPF and holds back the low-priority ones under pressure.";
            case "cgroup" -> "Limits are enforced by cgroup files.";
            default -> "Nothing is enforced here, calls are only accounted for; \"agentcgroup doctor\" says why.";
        };
    }
}
