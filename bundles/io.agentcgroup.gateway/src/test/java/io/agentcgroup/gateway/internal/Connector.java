package io.agentcgroup.gateway.internal;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** A program of its own: says whether it can connect to a socket. */
final class Connector {

    private Connector() {
    }

    public static void main(String[] args) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]))) {
            System.out.println(channel.isConnected() ? "connected" : "not connected");
        } catch (IOException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
