package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;

/**
 * What the kernel's side knows of a cgroup: {@code struct acg_domain}.
 *
 * @param session the session's cgroup; its own for a session
 * @param priority {@code ACG_PRIORITY_*}, see {@link #priorityOf}
 * @param role {@code ACG_ROLE_*}
 */
public record DomainEntry(long session, int priority, int role) {

    public static final int ROLE_SESSION = 1;
    public static final int ROLE_AGENT = 2;
    public static final int ROLE_CALL = 3;
    public static final int ROLE_BACKGROUND = 4;
    public static final int ROLE_SERVICES = 5;

    public static final BpfCodec<DomainEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 16;
        }

        @Override
        public void write(DomainEntry value, ByteBuffer to) {
            to.putLong(value.session).putInt(value.priority).putInt(value.role);
        }

        @Override
        public DomainEntry read(ByteBuffer from) {
            return new DomainEntry(from.getLong(), from.getInt(), from.getInt());
        }
    };

    /** @return the kernel side's number of a priority, {@code ACG_PRIORITY_*} */
    public static int priorityOf(Priority priority) {
        return switch (priority) {
            case HIGH -> 1;
            case NORMAL -> 2;
            case LOW -> 3;
        };
    }
}
