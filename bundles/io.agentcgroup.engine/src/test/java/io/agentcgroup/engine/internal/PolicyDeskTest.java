package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.PolicyChoice.Source;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

class PolicyDeskTest {

    private static final String WHO = "eve";

    @TempDir
    private Path state;
    private final AdaptivePolicy plain = new Plain();
    private final AdaptivePolicy fancy = new Fancy();
    private final ServiceReference<?> plainReference = reference(1, "org.example.plain", Map.of("agentcgroup.policy", "plain"));
    private final ServiceReference<?> fancyReference = reference(2, "org.example.fancy", Map.of("component.name", "org.example.Fancy"));
    private final MemoryJournal journal = new MemoryJournal();
    private PolicyOrder order;
    private PolicyDesk desk;

    @BeforeEach
    void start() {
        restart("");
    }

    @Test
    void byDefaultTheHighestRankingDecides() {
        assertEquals(List.of(fancy, plain), order.inOrder());
        assertEquals(Source.RANKING, desk.choice().source());
        assertEquals(List.of("org.example.Fancy", "plain"), desk.choice().candidates());
        assertFalse(desk.choice().canRollBack());
    }

    @Test
    void whatWasChosenDecidesAtOnceAndAfterARestart() {
        desk.use("plain", WHO);
        assertEquals(List.of(plain, fancy), order.inOrder());

        restart("");
        assertEquals(List.of(plain, fancy), order.inOrder());
        assertEquals(Optional.of("plain"), desk.choice().policy());
        assertEquals(Source.OPERATOR, desk.choice().source());
    }

    @Test
    void aPolicyGoesByItsPropertyItsBundleItsComponentAndWhatItCallsItself() {
        for (String name : List.of("plain", "org.example.plain")) {
            assertEquals(Optional.of("plain"), desk.use(name, WHO).policy(), name);
        }
        for (String name : List.of("org.example.fancy", "org.example.Fancy", "fancy one")) {
            assertEquals(Optional.of("org.example.Fancy"), desk.use(name, WHO).policy(), name);
        }
    }

    @Test
    void aPolicyThatIsNotThereIsRefusedAndTheOthersAreNamed() {
        String said = assertThrows(IllegalArgumentException.class, () -> desk.use("telepathy", WHO)).getMessage();

        assertTrue(said.contains("telepathy") && said.contains("plain") && said.contains("org.example.Fancy"), said);
        assertEquals(Source.RANKING, desk.choice().source());
        assertFalse(Files.exists(state.resolve("policy.properties")));
    }

    @Test
    void theChoiceOutlivesThatItsPolicyGoesAndComes() {
        desk.use("plain", WHO);
        order.remove(plainReference);
        assertEquals(List.of(fancy), order.inOrder());
        order.add(plainReference, plain);
        assertSame(plain, order.inOrder().get(0));
    }

    @Test
    void aChoiceIsRolledBackOnceAlsoAfterARestart() {
        desk.use("plain", WHO);
        desk.use("fancy one", WHO);
        restart("");

        assertEquals(Optional.of("plain"), desk.rollBack(WHO).policy());
        assertEquals(List.of(plain, fancy), order.inOrder());
        assertThrows(IllegalStateException.class, () -> desk.rollBack(WHO));
    }

    @Test
    void resettingGivesTheWordBackToConfigurationAndRanking() {
        desk.use("plain", WHO);

        assertEquals(Source.RANKING, desk.reset(WHO).source());
        assertEquals(List.of(fancy, plain), order.inOrder());
        restart("");
        assertEquals(List.of(fancy, plain), order.inOrder());
        assertEquals(Optional.of("plain"), desk.rollBack(WHO).policy());
    }

    @Test
    void choosingTheSameTwiceLeavesTheWayBack() {
        desk.use("plain", WHO);
        desk.use("plain", WHO);

        assertEquals(Source.RANKING, desk.rollBack(WHO).source());
    }

    @Test
    void betweenChoiceAndConfigurationTheLaterWordCounts() {
        restart("plain");
        assertEquals(Source.CONFIGURATION, desk.choice().source());
        desk.use("org.example.Fancy", WHO);
        restart("plain");
        assertEquals(List.of(fancy, plain), order.inOrder());

        restart("org.example.plain");
        assertEquals(List.of(plain, fancy), order.inOrder());
        assertEquals(Source.CONFIGURATION, desk.choice().source());
    }

    @Test
    void aFileThatMakesNoSenseCountsAsNone() throws Exception {
        Files.writeString(state.resolve("policy.properties"), "policy = \\u00zz\n");
        restart("");

        assertEquals(Source.RANKING, desk.choice().source());
    }

    @Test
    void whatCannotBeKeptChangesNothing() throws Exception {
        Files.createDirectories(state.resolve("policy.properties.new/in the way"));

        assertThrows(IllegalStateException.class, () -> desk.use("plain", WHO));
        assertEquals(List.of(fancy, plain), order.inOrder());
        assertEquals(List.of(), journal.events());
    }

    @Test
    void theJournalSaysWhoItWas() {
        desk.use("plain", WHO);

        assertEquals(List.of("policy-chosen"), journal.events().stream().map(event -> event.kind()).toList());
        assertEquals(Map.of("policy", "plain", "source", "operator", "user", WHO), journal.events().get(0).details());
    }

    private void restart(String configured) {
        order = new PolicyOrder();
        desk = new PolicyDesk(new ChoiceFile(state), configured, order, () -> List.of(status("plain", plain), status("fancy one", fancy)), journal);
        order.add(plainReference, plain);
        order.add(fancyReference, fancy);
    }

    private static PluginStatus status(String name, AdaptivePolicy policy) {
        return new PluginStatus(PluginStatus.Kind.POLICY, name, policy.getClass().getName(), 1, true, 0, Optional.empty(), Optional.empty(), 0, 0, 0);
    }

    private static ServiceReference<?> reference(int ranking, String bundleName, Map<String, Object> properties) {
        Bundle bundle = (Bundle) Proxy.newProxyInstance(PolicyDeskTest.class.getClassLoader(), new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> bundleName);
        return (ServiceReference<?>) Proxy.newProxyInstance(PolicyDeskTest.class.getClassLoader(), new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> arguments[0].equals("service.ranking") ? ranking : properties.get((String) arguments[0]);
                    case "getBundle" -> bundle;
                    case "compareTo" -> Integer.compare(ranking, (Integer) ((ServiceReference<?>) arguments[0]).getProperty("service.ranking"));
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> ranking;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static class Plain implements AdaptivePolicy {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Decision admit(AdmissionRequest request) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Fancy extends Plain {
        @Override
        public String name() {
            return "fancy one";
        }
    }
}
