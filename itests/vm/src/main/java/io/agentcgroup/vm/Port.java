package io.agentcgroup.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The host's end of a virtio-serial port that carries a stream out of the guest: QEMU connects, a thread copies and
 * counts. A slow reader slows the guest's writer; nothing is buffered here without bound.
 */
final class Port implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path address;
    private final ServerSocketChannel server;
    private final OutputStream sink;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long received;
    private boolean ended;
    private IOException problem;

    Port(Path address, OutputStream sink) throws IOException {
        this.address = address;
        this.sink = sink;
        Files.deleteIfExists(address);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(address));
        HostTool.daemon(this::copy, "guest-port-" + address.getFileName()).start();
    }

    Path address() {
        return address;
    }

    /** Waits until the guest's {@code bytes} have arrived and been passed on. */
    void await(long bytes, long deadlineNanos) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (received < bytes && !ended) {
                if (changed.awaitNanos(deadlineNanos - System.nanoTime()) <= 0) {
                    break;
                }
            }
            if (problem != null) {
                throw new GuestException("The guest's output could not be written: " + problem.getMessage(), problem);
            }
            if (received < bytes) {
                throw new GuestException("Of " + bytes + " bytes that the guest sent (" + address.getFileName() + "), only "
                        + received + " arrived");
            }
        } finally {
            lock.unlock();
        }
    }

    private void copy() {
        try (SocketChannel channel = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (channel.read(buffer.clear()) >= 0) {
                pass(buffer.array(), buffer.position());
                count(buffer.position());
            }
        } catch (IOException e) {
            // Closed at the end of the run; problems of the sink are noted where they happen.
        } finally {
            end();
        }
    }

    /** A sink that fails must not stop the guest from ending: the rest is dropped, and said at the end. */
    private void pass(byte[] bytes, int length) {
        if (problem == null) {
            try {
                sink.write(bytes, 0, length);
                sink.flush();
            } catch (IOException e) {
                problem = e;
            }
        }
    }

    private void count(int bytes) {
        lock.lock();
        try {
            received += bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
