package io.agentcgroup.console.internal;

import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.TierInForce;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.health.Health;
import io.agentcgroup.api.journal.Journal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** What the console shows and acts through: the same services as the command line's. Each may be missing at any moment. */
@Component(service = Services.class)
public class Services {

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Sessions sessions;

    /** The service properties of the engine, which has the operator's word on tiers; null without it. */
    @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Map<String, Object> engineProperties;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile ToolCalls toolCalls;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Plugins plugins;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile PolicySwitch policySwitch;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile CgroupTree tree;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Journal journal;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile KernelAccounts accounts;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile Health health;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final List<Enforcer> enforcers = new CopyOnWriteArrayList<>();

    Optional<Sessions> sessions() {
        return Optional.ofNullable(sessions);
    }

    Optional<ToolCalls> toolCalls() {
        return Optional.ofNullable(toolCalls);
    }

    Optional<Plugins> plugins() {
        return Optional.ofNullable(plugins);
    }

    Optional<PolicySwitch> policySwitch() {
        return Optional.ofNullable(policySwitch);
    }

    Optional<CgroupTree> tree() {
        return Optional.ofNullable(tree);
    }

    Optional<Journal> journal() {
        return Optional.ofNullable(journal);
    }

    Optional<KernelAccounts> accounts() {
        return Optional.ofNullable(accounts);
    }

    Optional<Health> health() {
        return Optional.ofNullable(health);
    }

    Tier tier() {
        return TierInForce.of(enforcers, engineProperties).tier();
    }

    List<Enforcer> enforcers() {
        return enforcers;
    }

    /** @return the journal, without which much cannot be shown */
    Journal requiredJournal() {
        return journal().orElseThrow(() -> new NotNowException("the journal is not there"));
    }

    Sessions requiredSessions() {
        return sessions().orElseThrow(() -> new NotNowException("the engine is not running"));
    }

    PolicySwitch requiredPolicySwitch() {
        return policySwitch().orElseThrow(() -> new NotNowException("the engine is not running"));
    }

    ToolCalls requiredToolCalls() {
        return toolCalls().orElseThrow(() -> new NotNowException("the engine is not running"));
    }
}
