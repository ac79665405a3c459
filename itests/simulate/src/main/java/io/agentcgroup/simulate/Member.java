package io.agentcgroup.simulate;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.replay.Trace;

/** One session: a recorded run that is done again. */
record Member(SessionName name, Priority priority, Trace trace) {
}
