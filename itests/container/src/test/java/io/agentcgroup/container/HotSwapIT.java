package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.policy.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;

/** A jar dropped into {@code deploy/} decides the next call, and none before it; the engine stays the one that it was. */
class HotSwapIT {

    /** Above every ranking that is shipped. */
    private static final int HIGH_RANKING = 10_000;

    private Instance instance;
    private Process agent;

    @BeforeEach
    void startWithASession() throws Exception {
        instance = new Instance();
        instance.succeed("start");
        agent = instance.command("run", "--session", "swap", "--", "sleep", "300").start();
        Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("swap.sock")));
    }

    @AfterEach
    void stop() throws Exception {
        instance.close();
        agent.destroyForcibly();
    }

    @Test
    void aPolicyComesAndGoesWhileTheEngineStays() throws Exception {
        long daemon = instance.daemon().pid();
        String shipped = policyOfACall();

        Path jar = DeployableBundle.deploy(instance.deploy(), Generous.class, AdaptivePolicy.class, HIGH_RANKING);
        Eventually.isTrue("the new policy decides", () -> policyOfACall().equals(Generous.NAME));
        assertEquals("4096", lastGrantsPids());
        Files.delete(jar);
        Eventually.isTrue("the old policy decides again", () -> policyOfACall().equals(shipped));

        assertEquals(daemon, instance.daemon().pid());
        assertEquals(1, sessionsOpened(), "an engine that was made anew would have opened the session again");
    }

    @Test
    void anIntentProviderIsAskedFromTheNextCallOn() throws Exception {
        DeployableBundle.deploy(instance.deploy(), Clairvoyant.class, IntentProvider.class, HIGH_RANKING);

        Eventually.isTrue("the new provider is asked", () -> {
            call();
            return lastCall().get("intents").toString().contains(Clairvoyant.NAME);
        });
    }

    private String policyOfACall() throws Exception {
        call();
        return String.valueOf(((Map<?, ?>) lastCall().get("grant")).get("policy"));
    }

    private String lastGrantsPids() throws Exception {
        Map<?, ?> limits = (Map<?, ?>) ((Map<?, ?>) lastCall().get("grant")).get("limits");
        return String.valueOf(limits.get("pids_max"));
    }

    private void call() throws Exception {
        int before = instance.journal("swap").size();
        instance.succeed("exec", "--session", "swap", "--strict", "--", "true");
        Eventually.isTrue("the call is journalled", () -> instance.journal("swap").size() > before);
    }

    private Map<String, Object> lastCall() throws Exception {
        List<Map<String, Object>> calls = instance.journal("swap");
        return calls.get(calls.size() - 1);
    }

    private long sessionsOpened() throws Exception {
        return instance.succeed("journal", "--events", "--session", "swap").out().lines()
                .filter(line -> line.contains("session-opened")).count();
    }

    /** Decides the same for everybody. */
    public static final class Generous implements AdaptivePolicy {

        static final String NAME = "generous";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Decision admit(AdmissionRequest request) {
            return Decision.admit(new Grant(Limits.builder().pidsMax(4096).build(), Placement.CALL, NAME, "whatever it takes"));
        }
    }

    /** Knows nothing and says so. */
    public static final class Clairvoyant implements IntentProvider {

        static final String NAME = "clairvoyant";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<Intent> intentFor(ToolCall call) {
            return Optional.of(Intent.from(NAME).memoryBytes(64L << 20).reason("a feeling").build());
        }
    }
}
