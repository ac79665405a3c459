package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.KernelEvents;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows whose domain an event of the kernel is about, and brings it to the policy as pressure. */
final class KernelEventDesk implements KernelEvents {

    private static final Logger LOG = LoggerFactory.getLogger(KernelEventDesk.class);

    /** The kernel keeps 15 characters of a program's name; escaped they can be four times that. */
    private static final int LONGEST_NAME = 60;

    private final EngineContext engine;
    private final SessionRegistry sessions;

    KernelEventDesk(EngineContext engine, SessionRegistry sessions) {
        this.engine = engine;
        this.sessions = sessions;
    }

    @Override
    public void happened(KernelEvent event) {
        pressure(event.kind()).ifPresentOrElse(kind -> engine.workers().run(() -> report(event, kind)),
                () -> LOG.trace("{}", event));
    }

    /** The start and end of a process are nothing to react to. */
    private static Optional<Pressure.Kind> pressure(KernelEvent.Kind kind) {
        return switch (kind) {
            case EXEC, FORK, EXIT -> Optional.empty();
            case OOM_VICTIM -> Optional.of(Pressure.Kind.OOM_VICTIM);
            case BREACH -> Optional.of(Pressure.Kind.BREACH);
            case HELD -> Optional.of(Pressure.Kind.HELD);
            case RELEASED -> Optional.of(Pressure.Kind.RELEASED);
            case DELAYED -> Optional.of(Pressure.Kind.DELAYED);
        };
    }

    private void report(KernelEvent event, Pressure.Kind kind) {
        sessions.withDomain(event.session()).ifPresent(session -> {
            Optional<LiveCall> call = engine.calls().withDomain(event.domain());
            try {
                if (kind == Pressure.Kind.OOM_VICTIM) {
                    noteVictim(session, call, event);
                }
                engine.pressure().report(new Pressure(Optional.of(session.name()), call.map(LiveCall::id), kind, amount(event),
                        event.kernelMonotonicNs()));
            } catch (CgroupException | IllegalStateException e) {
                LOG.debug("session {} was closed before {} was reported: {}", session.name(), event, e.getMessage());
            }
        });
    }

    private static long amount(KernelEvent event) {
        return event.kind() == KernelEvent.Kind.BREACH ? event.other() : event.amount();
    }

    private void noteVictim(OpenSession session, Optional<LiveCall> call, KernelEvent event) {
        String program = PrintableText.escape(event.program(), LONGEST_NAME);
        Map<String, Object> details = new HashMap<>(Map.of("pid", event.pid(), "program", program, "anon_bytes", event.amount(),
                "oom_score_adj", event.other(), "kernel_monotonic_ns", event.kernelMonotonicNs()));
        call.ifPresent(live -> details.put("call", live.id().value()));
        engine.event("oom-victim", session.name(), "memory ran out and the kernel ended process " + event.pid() + " (" + program
                + "), which had " + Quantity.formatBytes(event.amount()) + " of its own", details);
    }
}
