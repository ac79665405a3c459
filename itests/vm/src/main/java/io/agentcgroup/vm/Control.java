package io.agentcgroup.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The host's end of the guest's control port: lines both ways, as {@code supervise.sh} describes them. */
final class Control implements AutoCloseable {

    /** What a guest says. @param kind first word of the line @param words the others */
    record Message(String kind, List<String> words) {

        static Message parse(String line) {
            List<String> words = List.of(line.strip().split("\\s+"));
            return new Message(words.get(0), words.subList(1, words.size()));
        }

        String word(int index) throws GuestException {
            if (index >= words.size()) {
                throw new GuestException("The guest said only \"" + kind + " " + String.join(" ", words) + "\"");
            }
            return words.get(index);
        }
    }

    /** Comes after the last message, and when there will never be one. */
    private static final Message END = new Message("end", List.of());

    private final Path address;
    private final ServerSocketChannel server;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private volatile SocketChannel guest;

    Control(Path address) throws IOException {
        this.address = address;
        Files.deleteIfExists(address);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(address));
        HostTool.daemon(this::read, "guest-control").start();
    }

    Path address() {
        return address;
    }

    /** The guest's next message, one of kind "end" when it is gone, or nothing when the time is over. */
    Optional<Message> next(long deadlineNanos) throws InterruptedException {
        return Optional.ofNullable(messages.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS));
    }

    /** The machine is gone: nothing more will come. */
    void end() {
        messages.add(END);
    }

    void send(String word) {
        try {
            SocketChannel channel = guest;
            if (channel != null) {
                channel.write(ByteBuffer.wrap((word + "\n").getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            // A machine that is gone hears nothing; its end is noticed by the reader.
        }
    }

    private void read() {
        try (SocketChannel channel = server.accept()) {
            guest = channel;
            BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                messages.add(Message.parse(line));
            }
        } catch (IOException e) {
            // Closed at the end of the run.
        } finally {
            end();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
