package io.agentcgroup.account.internal;

import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.bpf.shared.DomainEntry;

/** What a domain is in the tree, told by where it lies: {@code session/}, {@code session/agent/}, {@code session/call-id/}. */
final class DomainRoles {

    private DomainRoles() {
    }

    static int roleOf(Domain domain) {
        if (domain instanceof SessionNode) {
            return DomainEntry.ROLE_SESSION;
        }
        String path = domain.path();
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "agent" -> DomainEntry.ROLE_AGENT;
            case "background" -> DomainEntry.ROLE_BACKGROUND;
            case "services" -> DomainEntry.ROLE_SERVICES;
            default -> DomainEntry.ROLE_CALL;
        };
    }

    /** @return the cgroup of the session that it belongs to */
    static long sessionOf(Domain domain) {
        return domain instanceof SessionNode ? domain.id() : domain.parentId();
    }
}
