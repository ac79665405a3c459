package io.agentcgroup.enforcer.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Enforcer;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnforcersTest {

    private static final Session SESSION = new Session(new SessionName("s"), Priority.NORMAL, 1000, 1000,
            OptionalLong.empty(), OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.EPOCH);
    private static final Limits LIMITS = Limits.builder().memoryMaxBytes(1 << 20).pidsMax(10).build();

    private final List<Limits> written = new ArrayList<>();
    private final Domain domain = proxy(Domain.class, (method, arguments) -> {
        assertEquals("apply", method);
        written.add((Limits) arguments[0]);
        return null;
    });

    @Test
    void filesEnforceWhereMemoryAndCpuAreThere() {
        Capability capability = new CgroupEnforcer(tree(Set.of("memory", "cpu", "pids"))).capability();

        assertTrue(capability.available());
        assertEquals("sessions and calls have the controllers cpu, memory, pids", capability.reason());
    }

    @Test
    void theReasonNamesWhatIsMissingAndWhy() {
        Capability capability = new CgroupEnforcer(tree(Set.of("cpu", "pids"),
                new Capability("memory.controller", false, "it belongs to cgroup v1"))).capability();

        assertFalse(capability.available());
        assertEquals("no memory controller (it belongs to cgroup v1)", capability.reason());
    }

    @Test
    void withoutATreeTheReasonIsTheTrees() {
        CgroupTree absent = tree(new TreeInfo("", false, Set.of(), OptionalLong.empty(),
                List.of(new Capability("cgroup2", false, "not mounted"))));

        assertEquals("no memory controller (not mounted); no cpu controller (not mounted)",
                new CgroupEnforcer(absent).capability().reason());
        assertTrue(new ObserveEnforcer(absent).capability().available());
    }

    @Test
    void limitsAndUpdatesAreWritten() {
        Enforcer enforcer = new CgroupEnforcer(tree(Set.of("memory", "cpu")));

        enforcer.apply(SESSION, domain, LIMITS);
        enforcer.update(SESSION, domain, Limits.NONE);

        assertEquals(List.of(LIMITS, Limits.NONE), written);
    }

    @Test
    void observingStillWritesWhatFewControllersAllow() {
        Enforcer enforcer = new ObserveEnforcer(tree(Set.of("pids")));

        enforcer.apply(SESSION, domain, LIMITS);

        assertEquals(List.of(LIMITS), written);
        assertEquals("not enforced: memory, cpu; limits are kept by the controllers pids", enforcer.capability().reason());
    }

    @Test
    void observingByChoiceWritesNothing() {
        Enforcer enforcer = new ObserveEnforcer(tree(Set.of("memory", "cpu", "pids")));

        enforcer.apply(SESSION, domain, LIMITS);
        enforcer.update(SESSION, domain, LIMITS);

        assertEquals(List.of(), written);
    }

    private static CgroupTree tree(Set<String> controllers, Capability... capabilities) {
        return tree(new TreeInfo("/sys/fs/cgroup/x", false, controllers, OptionalLong.empty(), List.of(capabilities)));
    }

    private static CgroupTree tree(TreeInfo info) {
        return proxy(CgroupTree.class, (method, arguments) -> {
            assertEquals("info", method);
            return info;
        });
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
    }

    private interface Answer {
        Object to(String method, Object[] arguments);
    }
}
