package io.agentcgroup.log.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.LoggerFactory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;

class LogBridgeTest {

    private final Reader reader = new Reader();
    private final LogBridge bridge = new LogBridge(reader);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.example.bundle");

    @BeforeEach
    void record() {
        logger.setLevel(Level.ALL);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopRecording() {
        logger.detachAppender(log);
    }

    @Test
    void anEntryKeepsItsLevelMessageAndCauseUnderTheNameOfItsBundle() {
        Exception cause = new IllegalStateException("why");

        reader.log(entry(LogLevel.WARN, "a {} is text, not a placeholder", cause));

        ILoggingEvent event = log.list.get(0);
        assertEquals(Level.WARN, event.getLevel());
        assertEquals("a {} is text, not a placeholder", event.getFormattedMessage());
        assertSame(cause, ((ThrowableProxy) event.getThrowableProxy()).getThrowable());
    }

    @Test
    void everyLevelArrives() {
        for (LogLevel level : LogLevel.values()) {
            reader.log(entry(level, level.name(), null));
        }

        assertEquals(List.of(Level.INFO, Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE),
                log.list.stream().map(ILoggingEvent::getLevel).toList());
    }

    @Test
    void theFrameworksOwnEventsAreQuietUnlessSomethingIsWrong() {
        reader.log(entry("Events.Service", LogLevel.INFO, "ServiceEvent REGISTERED", null));
        reader.log(entry("Events.Framework", LogLevel.ERROR, "FrameworkEvent ERROR", null));

        assertEquals(List.of(Level.DEBUG, Level.ERROR), log.list.stream().map(ILoggingEvent::getLevel).toList());
    }

    @Test
    void afterDeactivationNothingArrives() {
        bridge.deactivate();

        assertTrue(reader.listeners.isEmpty());
    }

    private static LogEntry entry(LogLevel level, String message, Throwable cause) {
        return entry("org.example.Class", level, message, cause);
    }

    private static LogEntry entry(String loggerName, LogLevel level, String message, Throwable cause) {
        Bundle bundle = answering(Bundle.class, "getSymbolicName", "org.example.bundle");
        return (LogEntry) Proxy.newProxyInstance(LogBridgeTest.class.getClassLoader(), new Class<?>[] {LogEntry.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getLogLevel" -> level;
                    case "getMessage" -> message;
                    case "getException" -> cause;
                    case "getBundle" -> bundle;
                    case "getLoggerName" -> loggerName;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static <T> T answering(Class<T> type, String method, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
            if (called.getName().equals(method)) {
                return answer;
            }
            throw new UnsupportedOperationException(called.getName());
        }));
    }

    private static final class Reader implements LogReaderService {

        private final List<LogListener> listeners = new ArrayList<>();

        void log(LogEntry entry) {
            listeners.forEach(listener -> listener.logged(entry));
        }

        @Override
        public void addLogListener(LogListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeLogListener(LogListener listener) {
            listeners.remove(listener);
        }

        @Override
        public Enumeration<LogEntry> getLog() {
            return Collections.emptyEnumeration();
        }
    }
}
