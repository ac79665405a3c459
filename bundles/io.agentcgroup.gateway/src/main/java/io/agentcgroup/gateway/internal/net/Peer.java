package io.agentcgroup.gateway.internal.net;

/**
 * Who connected, as the kernel names him.
 *
 * @param pid in the daemon's process id name space; 0 when he lives in one that the daemon cannot see
 */
public record Peer(int pid, int uid, int gid) {
}
