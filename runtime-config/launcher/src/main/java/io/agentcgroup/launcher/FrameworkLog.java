package io.agentcgroup.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/** What the framework itself says, which it else prints to standard output. */
final class FrameworkLog extends Logger {

    @Override
    @SuppressWarnings("rawtypes")
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable cause) {
        // Looked up now: when the framework is made, the log may not be ready.
        org.slf4j.Logger log = LoggerFactory.getLogger("org.apache.felix.framework");
        String text = bundle == null ? message : bundle.getSymbolicName() + ": " + message;
        switch (level) {
            case LOG_ERROR -> log.error(text, cause);
            case LOG_WARNING -> log.warn(text, cause);
            case LOG_INFO -> log.info(text, cause);
            default -> log.debug(text, cause);
        }
    }
}
