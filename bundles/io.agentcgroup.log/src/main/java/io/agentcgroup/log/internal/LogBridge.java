package io.agentcgroup.log.internal;

import java.util.concurrent.atomic.AtomicBoolean;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Hands each entry of the OSGi log to SLF4J. Without it, errors of Declarative Services and File Install are invisible:
 * they log nowhere else.
 */
@Component(service = {}, immediate = true)
public final class LogBridge implements LogListener {

    private static final String EVENTS = "Events.";

    private final LogReaderService reader;
    private final AtomicBoolean active = new AtomicBoolean(true);

    @Activate
    public LogBridge(@Reference LogReaderService reader) {
        this.reader = reader;
        reader.addLogListener(this);
    }

    @Deactivate
    void deactivate() {
        active.set(false);
        reader.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        if (!active.get()) {
            return;
        }
        LoggingEventBuilder event = LoggerFactory.getLogger(loggerName(entry)).atLevel(level(entry));
        if (entry.getException() != null) {
            event = event.setCause(entry.getException());
        }
        event.log("{}", entry.getMessage());
    }

    /** The bundle is what an operator can act on; entries of the framework's events all share one logger name. */
    private static String loggerName(LogEntry entry) {
        String bundle = entry.getBundle() == null ? null : entry.getBundle().getSymbolicName();
        return bundle == null ? String.valueOf(entry.getLoggerName()) : bundle;
    }

    private static Level level(LogEntry entry) {
        // The framework's own events, such as "ServiceEvent REGISTERED", are told at INFO by the specification.
        if (entry.getLogLevel() == LogLevel.INFO && String.valueOf(entry.getLoggerName()).startsWith(EVENTS)) {
            return Level.DEBUG;
        }
        return switch (entry.getLogLevel()) {
            // Audit entries are to be kept whatever the level; the highest ordinary level that says nothing is wrong.
            case AUDIT, INFO -> Level.INFO;
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
        };
    }
}
