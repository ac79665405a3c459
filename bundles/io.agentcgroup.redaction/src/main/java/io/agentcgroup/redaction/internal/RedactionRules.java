package io.agentcgroup.redaction.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.redaction.Redactor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's rules, and the built-in ones. Rules that cannot be used change nothing but {@link #status}. */
@Component(service = Redactor.class, configurationPid = RedactionRules.PID)
@Designate(ocd = RedactionConfig.class)
public final class RedactionRules implements Redactor {

    static final String PID = "io.agentcgroup.redaction";

    /** What of a text is looked at; the rest is left out. Nothing that is journalled is longer. */
    static final int LONGEST_TEXT = 16_384;
    private static final String LEFT_OUT = "[...]";
    /** Where File Install says which file a configuration is from. */
    private static final String FILE = "felix.fileinstall.filename";
    private static final String CAPABILITY = "redaction";
    /** The console asks twice a second for calls that run; a command stays the same meanwhile. */
    private static final int KEPT_TEXTS = 128;

    private static final Logger LOG = LoggerFactory.getLogger(RedactionRules.class);

    /** With the texts that were redacted by them. */
    private record InForce(RuleSet rules, Map<String, String> known) {

        InForce(RuleSet rules) {
            this(rules, new LinkedHashMap<>(KEPT_TEXTS, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > KEPT_TEXTS;
                }
            });
        }

        String apply(String text) {
            synchronized (known) {
                String before = known.get(text);
                if (before != null) {
                    return before;
                }
            }
            String redacted = rules.apply(text);
            synchronized (known) {
                known.put(text, redacted);
            }
            return redacted;
        }
    }

    /** Kept over changes of the configuration: what of them is compiled stays so. */
    private final RuleSet builtIn = RuleSet.builtInOnly();
    private volatile InForce inForce;
    private volatile Capability status;

    @Activate
    public RedactionRules(RedactionConfig config, Map<String, Object> properties) {
        // Until the operator's are good: a secret more is taken out, never one less.
        inForce = new InForce(builtIn);
        use(config, properties);
    }

    @Modified
    void use(RedactionConfig config, Map<String, Object> properties) {
        try {
            RuleSet rules = RuleSet.of(config, builtIn);
            inForce = new InForce(rules);
            status = new Capability(CAPABILITY, true, rules.describe());
            LOG.info("redaction: {}", rules.describe());
        } catch (RuleException e) {
            String file = properties.get(FILE) == null ? "" : " (" + properties.get(FILE) + ")";
            status = new Capability(CAPABILITY, false, "the configuration " + PID + file + " is refused: " + PrintableText.escape(e.getMessage())
                    + "; what held before stays in force: " + inForce.rules().describe());
            LOG.error("redaction: {}", status.reason());
        }
    }

    @Override
    public String redact(String text) {
        if (text.isEmpty()) {
            return text;
        }
        InForce now = inForce;
        return text.length() <= LONGEST_TEXT ? now.apply(text) : now.apply(text.substring(0, LONGEST_TEXT)) + LEFT_OUT;
    }

    @Override
    public Capability status() {
        return status;
    }
}
