package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.OpenCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A call that was let in, wherever it is born: how that is to be done, and what its agent is told. */
abstract class GrantedCall implements OpenCall {

    private final EngineContext engine;
    private final OpenSession session;
    private final ToolCall call;
    private final Domain birthplace;
    private final Conversation conversation;
    private final List<String> notices;
    private volatile Watch permit = () -> { };

    GrantedCall(EngineContext engine, OpenSession session, CallRecord record, Domain birthplace, CallListener listener) {
        this.engine = engine;
        this.session = session;
        this.call = record.call();
        this.birthplace = birthplace;
        this.conversation = new Conversation(listener);
        List<Word> words = new ArrayList<>();
        for (Intent intent : record.intents()) {
            intent.notices().forEach(notice -> words.add(Word.plain(notice)));
        }
        this.notices = words.isEmpty() ? List.of() : conversation.note(words);
    }

    /** Lets the agent's user make one process in the call's place. */
    final void permitBirth(int uid, int gid) {
        permit = session.node().permitBirth(birthplace, uid, gid);
    }

    /** It is born, or never will be. */
    final void endPermit() {
        permit.close();
    }

    final EngineContext engine() {
        return engine;
    }

    final OpenSession session() {
        return session;
    }

    final ToolCall call() {
        return call;
    }

    final Conversation conversation() {
        return conversation;
    }

    @Override
    public final CallId id() {
        return call.id();
    }

    @Override
    public final int directoryDescriptor() {
        return birthplace.directoryDescriptor();
    }

    @Override
    public final int oomScoreAdj() {
        return OomScore.of(session.session().priority());
    }

    @Override
    public final OptionalInt schedulingPolicy() {
        return engine.enforcers().schedulingPolicy();
    }

    @Override
    public final List<String> notices() {
        return notices;
    }

    @Override
    public final Optional<String> twin(String line) {
        return conversation.twin(line);
    }
}
