package io.agentcgroup.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {

    private static final Settings DEFAULTS = new Settings(Optional.empty(), 0, 0);

    @TempDir
    private Path folder;

    /** @return a service that answers by the method's name, and nothing else */
    private static <T> T service(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(ChecksTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (!answers.containsKey(method.getName())) {
                throw new UnsupportedOperationException(method.getName());
            }
            return answers.get(method.getName());
        }));
    }

    private static Enforcer enforcer(Tier tier, boolean available, String reason) {
        return service(Enforcer.class, Map.of("tier", tier, "capability", new Capability(tier.label(), available, reason)));
    }

    private static void assertFinds(Status status, String words, Result result) {
        assertEquals(status, result.getStatus(), result.toString());
        assertTrue(result.toString().contains(words), result.toString());
    }

    @Test
    void socketsAreServedWhenSomebodyRefusesWhatIsNoMessage() throws Exception {
        Path socket = folder.resolve("control.sock");
        assertFinds(Status.WARN, "no sockets", new SocketsCheck(socket).execute());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread gateway = new Thread(() -> {
                try (SocketChannel client = server.accept()) {
                    client.read(ByteBuffer.allocate(1));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            gateway.start();
            assertFinds(Status.OK, "served", new SocketsCheck(socket).execute());
            gateway.join();
        }
        assertFinds(Status.CRITICAL, "not served", new SocketsCheck(socket).execute());
    }

    @Test
    void theTierIsWeighedAgainstWhatTheOperatorWants() {
        List<Enforcer> host = List.of(enforcer(Tier.SCHED_EXT, false, "the kernel is old"), enforcer(Tier.CGROUP, true, "fine"));
        Settings least = new Settings(Optional.of(Tier.SCHED_EXT), 0, 0);

        assertFinds(Status.OK, "tier cgroup", new TierCheck(DEFAULTS, host, Map.of(Sessions.STRONGEST_TIER, "auto")).execute());
        assertFinds(Status.WARN, "the kernel is old", new TierCheck(DEFAULTS, host, Map.of(Sessions.STRONGEST_TIER, "sched-ext")).execute());
        assertFinds(Status.CRITICAL, "the kernel is old", new TierCheck(least, host, Map.of()).execute());
        assertFinds(Status.OK, "tier cgroup", new TierCheck(new Settings(Optional.of(Tier.CGROUP), 0, 0), host, null).execute());
        assertFinds(Status.WARN, "nothing is enforced", new TierCheck(DEFAULTS, List.of(), Map.of()).execute());
        assertFinds(Status.OK, "observe", new TierCheck(DEFAULTS, host, Map.of(Sessions.STRONGEST_TIER, "observe")).execute());
    }

    @Test
    void aTreeHasToBeThereAndInCgroupfs() throws IOException {
        String here = Files.getFileStore(folder).type();

        assertFinds(Status.OK, "can be written", new TreeCheck(tree(folder.toString()), here).execute());
        assertFinds(Status.CRITICAL, "not cgroup2", new TreeCheck(tree(folder.toString()), "cgroup2").execute());
        assertFinds(Status.CRITICAL, "is gone", new TreeCheck(tree(folder.resolve("gone").toString()), here).execute());
        assertFinds(Status.CRITICAL, "no tree", new TreeCheck(tree(""), here).execute());
        assertFinds(Status.CRITICAL, "no tree", new TreeCheck(null).execute());
    }

    private static CgroupTree tree(String root) {
        return service(CgroupTree.class, Map.of("info", new TreeInfo(root, false, Set.of(), OptionalLong.empty(), List.of())));
    }

    @Test
    void aJournalHasToHaveRoomAndToLoseNothing() throws IOException {
        Journal good = service(Journal.class, Map.of("counters", Map.of("journal_lost_total", 0L)));
        Journal losing = service(Journal.class, Map.of("counters", Map.of("journal_lost_total", 3L)));

        assertFinds(Status.OK, "can be written", new JournalCheck(DEFAULTS, folder, good).execute());
        assertFinds(Status.WARN, "3 lines", new JournalCheck(DEFAULTS, folder, losing).execute());
        assertFinds(Status.WARN, "of room left", new JournalCheck(new Settings(Optional.empty(), Long.MAX_VALUE, 0), folder, good).execute());
        assertFinds(Status.CRITICAL, "make room", new JournalCheck(new Settings(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE), folder, good).execute());
        assertFinds(Status.CRITICAL, "cannot be written", new JournalCheck(DEFAULTS, folder.resolve("gone"), good).execute());
        assertFinds(Status.CRITICAL, "not there", new JournalCheck(DEFAULTS, folder, null).execute());
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count(), "nothing is left of the tries");
        }
    }

    @Test
    void aFencedPluginIsNamedWithItsFault() {
        PluginStatus fixed = plugin(PluginStatus.Kind.POLICY, "fixed", true, Optional.empty());
        PluginStatus fenced = plugin(PluginStatus.Kind.INTENT, "learned", false, Optional.of(Instant.EPOCH));

        assertFinds(Status.OK, "1 policies", new PluginsCheck(service(Plugins.class, Map.of("plugins", List.of(fixed)))).execute());
        assertFinds(Status.WARN, "intent learned is not asked any more", new PluginsCheck(service(Plugins.class, Map.of("plugins", List.of(fixed, fenced)))).execute());
        assertFinds(Status.WARN, "no policy", new PluginsCheck(service(Plugins.class, Map.of("plugins", List.of()))).execute());
    }

    private static PluginStatus plugin(PluginStatus.Kind kind, String name, boolean inUse, Optional<Instant> fenced) {
        return new PluginStatus(kind, name, "x." + name, 1, inUse, 0, Optional.of("it threw"), fenced, 1, 1, 1);
    }

    @Test
    void aTierWithoutItsProgramsIsCritical() throws IOException {
        KernelAccounts counting = service(KernelAccounts.class, Map.of("capability", new Capability("kernel.accounting", true, "")));
        Files.createDirectories(folder.resolve("root"));

        assertFinds(Status.OK, "needs none", new ProgramsCheck(Tier.CGROUP, true, null, null, folder).execute());
        assertFinds(Status.OK, "first session", new ProgramsCheck(Tier.SCHED_EXT, false, null, counting, folder).execute());
        assertFinds(Status.CRITICAL, "scheduler is none", new ProgramsCheck(Tier.SCHED_EXT, true, null, counting, folder).execute());
        assertFinds(Status.CRITICAL, "on no session", new ProgramsCheck(Tier.MEMCG_BPF, true, null, counting, folder).execute());
        Files.writeString(folder.resolve("root/ops"), "agentcgroup\n");
        assertFinds(Status.OK, "attached", new ProgramsCheck(Tier.SCHED_EXT, true, null, counting, folder).execute());
        assertFinds(Status.WARN, "no accounting", new ProgramsCheck(Tier.SCHED_EXT, true, null, null, folder).execute());
    }

    @Test
    void lostKernelEventsAreAWarning() {
        assertFinds(Status.OK, "nothing counts", new EventsCheck(null).execute());
        assertFinds(Status.OK, "7 events", events(Map.of("kernel_events_sent_total", 7L, "kernel_events_lost_total", 0L)));
        assertFinds(Status.WARN, "2 events", events(Map.of("kernel_events_sent_total", 7L, "kernel_events_lost_total", 2L)));
        assertFinds(Status.WARN, "1 times", events(Map.of("kernel_map_full_total", 1L)));
    }

    private static Result events(Map<String, Long> counters) {
        return new EventsCheck(service(KernelAccounts.class, Map.of("counters", counters))).execute();
    }

    @Test
    void aWrongValueNamesPropertyAndRange() {
        assertEquals("tier.least is memcg-bpf, sched-ext, cgroup, observe or empty, not \"strong\"", refusal("strong", "256m", "32m"));
        assertEquals("disk.warning is a size such as 256m, not \"much\"", refusal("", "much", "32m"));
        assertEquals("disk.critical is at most disk.warning, which is 16m", refusal("", "16m", "32m"));
        assertEquals(Optional.of(Tier.CGROUP), Settings.of(config("cgroup", "256m", "32m")).leastTier());
    }

    private static String refusal(String tier, String warning, String critical) {
        return assertThrows(IllegalArgumentException.class, () -> Settings.of(config(tier, warning, critical))).getMessage();
    }

    private static HealthConfig config(String tier, String warning, String critical) {
        return service(HealthConfig.class, Map.of("tier_least", tier, "disk_warning", warning, "disk_critical", critical));
    }
}
