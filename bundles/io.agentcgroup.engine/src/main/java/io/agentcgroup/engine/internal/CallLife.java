package io.agentcgroup.engine.internal;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The states of one call and what each event means in them. Decides only; whoever gets a step carries it out, and each step is
 * given out once. Thread-safe.
 *
 * <pre>
 * GRANTED --started--> RUNNING --exited--> LEADER_EXITED --emptied--> ENDED
 *    |                    |
 *    +--not started--> ENDED <--emptied, when nobody is there to tell of the exit
 * </pre>
 */
final class CallLife {

    /** Where a call is. */
    enum State {
        /** Its domain stands, nobody was born in it yet. */
        GRANTED,
        /** Its first process runs. */
        RUNNING,
        /** Its first process has ended; others may run. */
        LEADER_EXITED,
        /** Over. */
        ENDED
    }

    /** What is to be done now. */
    enum Step {
        /** Nothing. */
        NONE,
        /** Look whether the domain is empty, and if it is, say {@link CallLife#emptied}. */
        LOOK,
        /** Write the outcome and remove the domain. */
        FINISH
    }

    private State state = State.GRANTED;
    /** Whether somebody is there who will tell of the leader's exit. */
    private boolean attended = true;
    private boolean neverStarted;
    private OptionalInt waitStatus = OptionalInt.empty();
    private OptionalLong leaderExitedNs = OptionalLong.empty();

    /** @return the life of a call that was found running, with nobody to tell of its exit yet */
    static CallLife found() {
        CallLife life = new CallLife();
        life.state = State.RUNNING;
        life.attended = false;
        return life;
    }

    /** @return the life of a call that was found with its leader's exit on record */
    static CallLife foundExited(int waitStatus, long exitedNs) {
        CallLife life = found();
        life.exited(waitStatus, exitedNs);
        return life;
    }

    synchronized Step started() {
        if (state == State.GRANTED) {
            state = State.RUNNING;
        }
        return Step.NONE;
    }

    synchronized Step notStarted() {
        if (state != State.GRANTED) {
            return Step.NONE;
        }
        neverStarted = true;
        state = State.ENDED;
        return Step.FINISH;
    }

    synchronized Step exited(int status, long nowNs) {
        if (state != State.GRANTED && state != State.RUNNING) {
            return Step.NONE;
        }
        state = State.LEADER_EXITED;
        waitStatus = OptionalInt.of(status);
        leaderExitedNs = OptionalLong.of(nowNs);
        return Step.LOOK;
    }

    /** Nobody will tell of the exit any more. */
    synchronized Step abandoned() {
        if (state != State.GRANTED && state != State.RUNNING) {
            return Step.NONE;
        }
        // The first process may have been born before whoever started it could say so.
        state = State.RUNNING;
        attended = false;
        return Step.LOOK;
    }

    /** Somebody is there again. @return whether the call still runs */
    synchronized boolean resumed() {
        if (state != State.RUNNING) {
            return false;
        }
        attended = true;
        return true;
    }

    /** The domain was seen empty. */
    synchronized Step emptied() {
        boolean over = state == State.LEADER_EXITED || state == State.RUNNING && !attended;
        if (over) {
            state = State.ENDED;
        }
        return over ? Step.FINISH : Step.NONE;
    }

    /** Ends it whatever it is in: its session is being closed, and its domain is empty. */
    synchronized Step forced() {
        if (state == State.ENDED) {
            return Step.NONE;
        }
        state = State.ENDED;
        return Step.FINISH;
    }

    synchronized State state() {
        return state;
    }

    /** @return whether an empty domain would end the call */
    synchronized boolean waitsForEmptiness() {
        return state == State.LEADER_EXITED || state == State.RUNNING && !attended;
    }

    synchronized boolean neverStarted() {
        return neverStarted;
    }

    synchronized OptionalInt waitStatus() {
        return waitStatus;
    }

    synchronized OptionalLong leaderExitedNs() {
        return leaderExitedNs;
    }
}
