package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.KernelEvents;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.redaction.Redacted;
import io.agentcgroup.api.redaction.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The engine as a component: policies, intent providers, enforcers and listeners may come and go while it runs. */
@Component(service = {Sessions.class, ToolCalls.class, KernelEvents.class, Plugins.class, PolicySwitch.class}, immediate = true,
        configurationPid = EngineComponent.PID)
@Designate(ocd = EngineConfig.class)
public final class EngineComponent implements Sessions, ToolCalls, KernelEvents, Plugins, PolicySwitch {

    static final String PID = "io.agentcgroup.engine";

    private final Enforcers enforcers = new Enforcers();
    private final Ranked<ServiceReference<?>, IntentProvider> providers = new Ranked<>();
    private final PolicyOrder policies = new PolicyOrder();
    private final PolicyDesk policyDesk;
    private final Redactor redactor;
    private final Engine engine;

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public EngineComponent(@Reference CgroupTree tree, @Reference Journal journal, @Reference Redactor redactor, EngineConfig config,
            BundleContext context) {
        this.redactor = redactor;
        TierChoice.of(config.tier()).ifPresent(enforcers::noStrongerThan);
        engine = new Engine(tree, journal, Settings.of(config), Clocks.SYSTEM, enforcers, providers::inOrder, policies::inOrder,
                HostMemory.ofThisHost(Clocks.SYSTEM));
        Path state = Path.of(Optional.ofNullable(context.getProperty("agentcgroup.state")).orElse("/var/lib/agentcgroup"));
        policyDesk = new PolicyDesk(new ChoiceFile(state), config.policy().strip(), policies, engine::plugins, journal);
    }

    /** Runs when all services that are there have been bound: the calls that are taken over get their limits from the best of them. */
    @Activate
    void start() {
        engine.start();
    }

    @Deactivate
    void stop() {
        engine.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addEnforcer(Enforcer enforcer) {
        enforcers.add(enforcer);
    }

    void removeEnforcer(Enforcer enforcer) {
        enforcers.remove(enforcer);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addProvider(IntentProvider provider, ServiceReference<IntentProvider> reference) {
        providers.add(reference, provider);
    }

    void removeProvider(IntentProvider provider, ServiceReference<IntentProvider> reference) {
        providers.remove(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addPolicy(AdaptivePolicy policy, ServiceReference<AdaptivePolicy> reference) {
        policies.add(reference, policy);
        engine.policiesChanged();
    }

    void removePolicy(AdaptivePolicy policy, ServiceReference<AdaptivePolicy> reference) {
        policies.remove(reference);
        engine.policiesChanged();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addListener(SessionListener listener) {
        engine.add(listener);
    }

    void removeListener(SessionListener listener) {
        engine.remove(listener);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addAccounts(KernelAccounts accounts) {
        enforcers.add(accounts);
    }

    void removeAccounts(KernelAccounts accounts) {
        enforcers.remove(accounts);
    }

    @Override
    public void happened(KernelEvent event) {
        engine.kernelEvents().happened(event);
    }

    @Override
    public Session open(SessionSpec spec) {
        return engine.sessions().open(spec);
    }

    @Override
    public Optional<Session> find(SessionName name) {
        return engine.sessions().find(name);
    }

    @Override
    public List<SessionStatus> list() {
        return engine.sessions().list();
    }

    @Override
    public int agentDirectory(SessionName name) {
        return engine.sessions().agentDirectory(name);
    }

    @Override
    public int agentOomScoreAdj() {
        return engine.sessions().agentOomScoreAdj();
    }

    @Override
    public boolean close(SessionName name, String reason) {
        return engine.sessions().close(name, reason);
    }

    @Override
    public boolean closeIfIdle(SessionName name, String reason) {
        return engine.sessions().closeIfIdle(name, reason);
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener) {
        return engine.calls().open(session, request, listener);
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener, Executor threads) {
        return engine.calls().open(session, request, listener, threads);
    }

    @Override
    public Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener) {
        return engine.calls().resume(session, id, listener);
    }

    @Override
    public List<CallStatus> running() {
        return engine.calls().running().stream().map(call -> Redacted.of(call, redactor)).toList();
    }

    @Override
    public List<WaitingStatus> waiting() {
        return engine.calls().waiting().stream().map(call -> Redacted.of(call, redactor)).toList();
    }

    @Override
    public List<PluginStatus> plugins() {
        return engine.plugins();
    }

    @Override
    public PolicyChoice choice() {
        return policyDesk.choice();
    }

    @Override
    public PolicyChoice use(String policy, String who) {
        PolicyChoice choice = policyDesk.use(policy, who);
        engine.policiesChanged();
        return choice;
    }

    @Override
    public PolicyChoice reset(String who) {
        PolicyChoice choice = policyDesk.reset(who);
        engine.policiesChanged();
        return choice;
    }

    @Override
    public PolicyChoice rollBack(String who) {
        PolicyChoice choice = policyDesk.rollBack(who);
        engine.policiesChanged();
        return choice;
    }

    @Override
    public boolean end(CallId id, String reason) {
        return engine.calls().end(id, reason);
    }

    @Override
    public boolean pause(CallId id, Duration atMost, String reason) {
        return engine.calls().pause(id, atMost, reason);
    }

    @Override
    public boolean thaw(CallId id, String reason) {
        return engine.calls().thaw(id, reason);
    }
}
