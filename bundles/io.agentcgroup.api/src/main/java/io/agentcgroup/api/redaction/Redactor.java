package io.agentcgroup.api.redaction;

import io.agentcgroup.api.Capability;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes secrets out of text that an agent wrote, by the operator's rules, before it is kept or shown. An OSGi service. Thread-safe,
 * never throws, and takes time in proportion to the text, whatever is in it.
 */
@ProviderType
public interface Redactor {

    /** Changes nothing: for tests and tools. */
    Redactor NONE = new Redactor() {
        @Override
        public String redact(String text) {
            return text;
        }

        @Override
        public Capability status() {
            return new Capability("redaction", false, "nothing is redacted");
        }
    };

    /** @return the text with each secret replaced; the same object when there is none */
    String redact(String text);

    /** @return which rules are in force; not available while rules of the operator were refused, with the reason */
    Capability status();
}
