package io.agentcgroup.console.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.PolicyChoice;
import io.agentcgroup.api.engine.PolicySwitch;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.journal.JournalEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** What somebody with role operate can do. Each act is an event in the journal, with who did it. */
final class Operations {

    /** Time to look at it; agents give up on a command that says nothing for some minutes. */
    private static final long PAUSE_S = 120;
    private static final String UPLOAD = "plugin-upload";

    private final Services services;
    private final Providers providers;
    private final Deployment deployment;

    Operations(Services services, Providers providers, Deployment deployment) {
        this.services = services;
        this.providers = providers;
        this.deployment = deployment;
    }

    /**
     * @param who for the journal
     * @param operation such as {@code call-end}
     * @return what was done, in a sentence
     * @throws IllegalArgumentException if the request makes no sense; the message is for whoever asked
     * @throws NotNowException if it cannot be done now; likewise
     */
    String perform(String who, String operation, Map<String, Object> asked) throws IOException, BundleException {
        String done = switch (operation) {
            case "call-end" -> endCall(who, asked);
            case "call-pause" -> pauseCall(who, asked);
            case "call-thaw" -> thawCall(who, asked);
            case "session-change" -> changeSession(asked);
            case "session-close" -> closeSession(who, asked);
            case "plugin-start" -> start(bundle(asked));
            case "plugin-stop" -> stop(bundle(asked));
            case "plugin-remove" -> remove(bundle(asked));
            case "policy-use" -> usePolicy(who, bundle(asked));
            case "policy-roll-back" -> rollBackPolicy(who);
            case "policy-reset" -> decides(services.requiredPolicySwitch().reset(who));
            default -> throw new IllegalArgumentException("there is no operation \"" + operation + "\"");
        };
        note(who, operation, session(asked), done, asked);
        return done;
    }

    /** A bundle that is refused is an event as well: somebody tried to bring in code. */
    String upload(String who, InputStream content, Optional<Path> signers) throws IOException {
        try {
            String name = deployment.put(content, signers);
            String done = name + " was uploaded; it is started within a few seconds";
            note(who, UPLOAD, Optional.empty(), done, Map.of("file", name));
            return done;
        } catch (IllegalArgumentException e) {
            note(who, UPLOAD, Optional.empty(), "an upload was refused: " + e.getMessage(), Map.of("refused", true));
            throw e;
        }
    }

    private String endCall(String who, Map<String, Object> asked) {
        CallId call = new CallId(text(asked, "call"));
        if (!services.requiredToolCalls().end(call, "ended by the operator " + who)) {
            throw new NotNowException("call " + call + " does not run any more");
        }
        return "call " + call + " is ended";
    }

    private String pauseCall(String who, Map<String, Object> asked) {
        CallId call = new CallId(text(asked, "call"));
        long seconds = asked.get("at_most_s") instanceof Number number ? number.longValue() : PAUSE_S;
        if (!services.requiredToolCalls().pause(call, Duration.ofSeconds(seconds), "paused by the operator " + who)) {
            throw new NotNowException("call " + call + " does not run any more");
        }
        return "call " + call + " is paused for at most " + seconds + " s";
    }

    private String thawCall(String who, Map<String, Object> asked) {
        CallId call = new CallId(text(asked, "call"));
        if (!services.requiredToolCalls().thaw(call, "let go on by the operator " + who)) {
            throw new NotNowException("call " + call + " is not paused by hand");
        }
        return "call " + call + " goes on";
    }

    private String changeSession(Map<String, Object> asked) {
        Session session = services.requiredSessions().find(new SessionName(text(asked, "session")))
                .orElseThrow(() -> new NotNowException("there is no session " + asked.get("session")));
        SessionSpec spec = new SessionSpec(session.name(), priority(asked), session.uid(), session.gid(), memory(asked),
                OptionalLong.empty(), Optional.empty());
        Session changed = services.requiredSessions().open(spec);
        return "session " + changed.name() + " has priority " + changed.priority().name().toLowerCase(Locale.ROOT) + " and "
                + changed.memoryBudgetBytes().stream().mapToObj(Quantity::formatBytes).findFirst().orElse("no memory budget of its own");
    }

    private static Optional<Priority> priority(Map<String, Object> asked) {
        Optional<String> name = Optional.ofNullable(asked.get("priority")).map(String::valueOf).filter(text -> !text.isEmpty());
        try {
            return name.map(text -> Priority.valueOf(text.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a priority is high, normal or low", e);
        }
    }

    private static OptionalLong memory(Map<String, Object> asked) {
        String size = asked.get("memory") == null ? "" : String.valueOf(asked.get("memory")).strip();
        OptionalLong bytes = Quantity.parseBytes(size);
        if (!size.isEmpty() && bytes.isEmpty()) {
            throw new IllegalArgumentException("a budget is a size such as 1536m or 2g");
        }
        return bytes;
    }

    private String closeSession(String who, Map<String, Object> asked) {
        SessionName name = new SessionName(text(asked, "session"));
        if (!services.requiredSessions().close(name, "closed by the operator " + who)) {
            throw new NotNowException("there is no session " + name);
        }
        return "session " + name + " is closed";
    }

    /** One that is stopped is started first: whoever wants it to decide wants it to run. */
    private String usePolicy(String who, Bundle bundle) throws BundleException {
        PolicySwitch policySwitch = services.requiredPolicySwitch();
        if (bundle.getState() != Bundle.ACTIVE) {
            bundle.start();
        }
        if (providers.inOrder(Providers.Kind.POLICY).stream().noneMatch(reference -> bundle.equals(reference.getBundle()))) {
            throw new NotNowException(bundle.getSymbolicName() + " runs, but gives no policy");
        }
        return decides(policySwitch.use(bundle.getSymbolicName(), who));
    }

    private String rollBackPolicy(String who) {
        try {
            return decides(services.requiredPolicySwitch().rollBack(who));
        } catch (IllegalStateException e) {
            throw new NotNowException(e.getMessage());
        }
    }

    private static String decides(PolicyChoice choice) {
        return choice.policy().map(key -> key + " decides, also after a restart").orElse("the policy with the highest ranking decides");
    }

    private static String start(Bundle bundle) throws BundleException {
        bundle.start();
        return bundle.getSymbolicName() + " is started";
    }

    private static String stop(Bundle bundle) throws BundleException {
        bundle.stop();
        return bundle.getSymbolicName() + " is stopped until it is started again, or the daemon is";
    }

    private String remove(Bundle bundle) throws IOException {
        deployment.remove(bundle);
        return bundle.getSymbolicName() + " is removed within a few seconds";
    }

    private Bundle bundle(Map<String, Object> asked) {
        if (asked.get("bundle") instanceof Number id) {
            return providers.bundle(id.longValue());
        }
        throw new IllegalArgumentException("the request has no \"bundle\"");
    }

    private static String text(Map<String, Object> asked, String name) {
        if (asked.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("the request has no \"" + name + "\"");
    }

    private static Optional<SessionName> session(Map<String, Object> asked) {
        return Optional.ofNullable(asked.get("session")).map(String::valueOf).map(SessionName::new);
    }

    private void note(String who, String operation, Optional<SessionName> session, String done, Map<String, Object> asked) {
        Map<String, Object> details = new LinkedHashMap<>();
        asked.forEach((key, value) -> details.put(key, value instanceof Number || value instanceof Boolean ? value : String.valueOf(value)));
        details.put("operation", operation);
        details.put("user", who);
        services.journal().ifPresent(journal -> journal.append(new JournalEvent(Instant.now(), "console", session, who + ": " + done, details)));
    }
}
