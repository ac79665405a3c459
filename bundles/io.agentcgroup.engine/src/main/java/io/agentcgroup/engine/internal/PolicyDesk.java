package io.agentcgroup.engine.internal;

import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicyChoice.Source;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.engine.internal.ChoiceFile.Kept;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose word on policies counts: the operator's, as long as the configuration says what it said then, else the configuration's. */
final class PolicyDesk implements PolicySwitch {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyDesk.class);

    private final ChoiceFile file;
    private final String configured;
    private final PolicyOrder order;
    private final Supplier<List<PluginStatus>> known;
    private final Journal journal;
    /** Guarded by this. */
    private Kept kept;

    /**
     * @param configured what the configuration says, empty if nothing
     * @param known what policies call themselves, with their classes
     */
    PolicyDesk(ChoiceFile file, String configured, PolicyOrder order, Supplier<List<PluginStatus>> known, Journal journal) {
        this.file = file;
        this.configured = configured;
        this.order = order;
        this.known = known;
        this.journal = journal;
        this.kept = read();
        order.prefer(wanted());
    }

    private Kept read() {
        try {
            Kept last = file.read().orElse(Kept.nothing(configured));
            if (last.configured().equals(configured)) {
                return last;
            }
            LOG.info("the configuration names {} now: the earlier choice of {} does not count any more", inWords(configured), inWords(last.policy()));
        } catch (IOException e) {
            LOG.error("{} cannot be read, who decides is by configuration and ranking: {}", file.path(), e.toString());
        }
        return Kept.nothing(configured);
    }

    private static String inWords(String policy) {
        return policy.isEmpty() ? "no policy" : "policy " + policy;
    }

    private synchronized Optional<String> wanted() {
        return Optional.of(kept.policy().isEmpty() ? configured : kept.policy()).filter(name -> !name.isEmpty());
    }

    @Override
    public synchronized PolicyChoice choice() {
        Source source = !kept.policy().isEmpty() ? Source.OPERATOR : configured.isEmpty() ? Source.RANKING : Source.CONFIGURATION;
        return new PolicyChoice(wanted(), source, kept.previous().isPresent(), order.keys());
    }

    @Override
    public PolicyChoice use(String policy, String who) {
        // By its own name only if nothing else goes by it: what it calls itself is the plug-in's own affair.
        Optional<String> implementation = known.get().stream().filter(one -> one.kind() == PluginStatus.Kind.POLICY && one.name().equals(policy))
                .map(PluginStatus::implementation).findFirst();
        String key = order.key(policy, Optional.empty()).or(() -> implementation.flatMap(type -> order.key(policy, implementation)))
                .orElseThrow(() -> new IllegalArgumentException("there is no policy \"" + policy + "\"; there are " + String.join(", ", order.keys())));
        synchronized (this) {
            return change(kept.policy().equals(key) ? kept : kept.with(key, configured), who + " lets " + key + " decide", who);
        }
    }

    @Override
    public synchronized PolicyChoice reset(String who) {
        return change(kept.policy().isEmpty() ? kept : kept.with("", configured), who + " lets configuration and ranking say who decides", who);
    }

    @Override
    public synchronized PolicyChoice rollBack(String who) {
        String previous = kept.previous().orElseThrow(() -> new IllegalStateException("there is no earlier choice to go back to"));
        return change(new Kept(previous, Optional.empty(), configured), who + " went back to "
                + (previous.isEmpty() ? "configuration and ranking" : previous), who);
    }

    private synchronized PolicyChoice change(Kept next, String what, String who) {
        try {
            file.write(next);
        } catch (IOException e) {
            throw new IllegalStateException(file.path() + " cannot be written, nothing has changed: " + e, e);
        }
        kept = next;
        order.prefer(wanted());
        journal.append(new JournalEvent(Instant.now(), "policy-chosen", Optional.empty(), what,
                Map.of("policy", wanted().orElse(""), "source", choice().source().name().toLowerCase(Locale.ROOT), "user", who)));
        return choice();
    }
}
