package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one call may have: put in force, changed while it runs, and noted with the domain for a daemon that finds it. Thread-safe. */
final class HeldGrant {

    private static final Logger LOG = LoggerFactory.getLogger(HeldGrant.class);

    private final EngineContext engine;
    private final OpenSession session;
    private final Domain domain;
    private volatile CallRecord record;
    private volatile boolean noted;

    /** @param noted whether the domain has the record already */
    HeldGrant(EngineContext engine, OpenSession session, Domain domain, CallRecord record, boolean noted) {
        this.engine = engine;
        this.session = session;
        this.domain = domain;
        this.record = record;
        this.noted = noted;
    }

    Grant grant() {
        return record.grant();
    }

    /** @return what was granted, to whom and why */
    CallRecord record() {
        return record;
    }

    /** Puts the limits in force; anew when another enforcer is in charge. */
    void apply() {
        engine.enforcers().apply(session.session(), domain, grant().limits());
    }

    /** @param withoutHigh whether the call stands on a soft limit of its own now, which stays; the new one holds when it is let go */
    void change(Limits change, boolean withoutHigh, String reason) {
        Grant before = grant();
        Grant changed = new Grant(LimitChange.apply(before.limits(), change), before.placement(), before.expectedBytes(), before.policy(), reason);
        engine.enforcers().update(session.session(), domain, withoutHigh ? LimitChange.withoutHigh(change) : change);
        record = record.with(changed);
        write();
    }

    /** Notes it with the domain, unless that was done. @param life a call that is over needs no record */
    void keepRecord(CallLife life) {
        try {
            if (!noted) {
                write();
            }
        } catch (CgroupException | IllegalStateException e) {
            if (!noted && life.state() != CallLife.State.ENDED) {
                LOG.warn("call {} is not noted down; a restarted daemon will not know what it was: {}", record.call().id(), e.getMessage());
            }
        }
    }

    /** One at a time, so that the last one written is of the last grant. */
    private synchronized void write() {
        domain.setAttribute(CallRecord.KEY, record.write());
        noted = true;
    }

    /** @return words about it for the agent */
    Feedback feedback() {
        return new Feedback(session.session(), grant(), session.mostForACall(), engine.settings().stallTold());
    }
}
