package io.agentcgroup.intent.rules.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator's rules say. */
@Component(service = IntentProvider.class, configurationPid = RuleIntents.PID, immediate = true,
        property = Constants.SERVICE_RANKING + ":Integer=" + RuleIntents.RANKING)
@Designate(ocd = RuleIntents.Config.class)
public final class RuleIntents implements IntentProvider {

    static final String PID = "io.agentcgroup.intent.rules";
    static final String NAME = "rules";
    static final int RANKING = 200;
    static final String CONF_PROPERTY = "agentcgroup.conf";

    private static final Logger LOG = LoggerFactory.getLogger(RuleIntents.class);
    private static final String DEFAULT_FILE = "intent-rules.conf";

    /** Configuration of the rules. */
    @ObjectClassDefinition(name = "AgentCgroup intent: rules", description = "Rules from command patterns to expected needs.")
    @interface Config {

        @AttributeDefinition(name = "File", required = false, description = "The rules file, read again whenever it changes. Empty:"
                + " intent-rules.conf in the operator's folder (agentcgroup.conf). While there is none, the built-in rules hold.")
        String file() default "";
    }

    private final RulesFile rules;
    /** Null when there is nothing to watch. */
    private final FolderWatch watch;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile Journal journal;

    @Activate
    public RuleIntents(Config config, BundleContext context) {
        this(file(config, context.getProperty(CONF_PROPERTY)));
    }

    RuleIntents(Optional<Path> file) {
        rules = new RulesFile(file, Clock.systemUTC());
        watch = file.map(this::watch).orElse(null);
        // After the watch begins, so that no change falls in between.
        reload();
    }

    private static Optional<Path> file(Config config, String conf) {
        if (!config.file().isBlank()) {
            return Optional.of(Path.of(config.file()).toAbsolutePath());
        }
        return Optional.ofNullable(conf).map(folder -> Path.of(folder, DEFAULT_FILE).toAbsolutePath());
    }

    private FolderWatch watch(Path file) {
        try {
            return new FolderWatch(file.getParent(), this::reload);
        } catch (IOException e) {
            LOG.warn("{} cannot be watched; the built-in rules hold until a restart: {}", file.getParent(), e.toString());
            return null;
        }
    }

    @Deactivate
    void close() {
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Intent> intentFor(ToolCall call) {
        return rules.inForce().intentFor(NAME, call.command());
    }

    @Override
    public Optional<Capability> status() {
        return Optional.of(rules.status());
    }

    private void reload() {
        rules.reload().ifPresent(this::tell);
    }

    private void tell(Capability status) {
        if (status.available()) {
            LOG.info("intent rules: {}", status.reason());
        } else {
            LOG.error("intent rules: {}", status.reason());
        }
        Journal to = journal;
        if (to != null) {
            to.append(new JournalEvent(Clock.systemUTC().instant(), status.available() ? "rules-loaded" : "rules-bad", Optional.empty(),
                    status.reason(), Map.of()));
        }
    }
}
