package io.agentcgroup.gateway.internal.net;

import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageReader;
import io.agentcgroup.gateway.internal.wire.MessageType;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Reads on the loop's thread; whoever has something to say writes at once from his own thread, and what the
 * client does not take is queued, up to a bound. The descriptor is closed on the loop's thread only, so that its number is
 * not used again while somebody reads from it.
 */
public final class Connection implements EventLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A message that has begun, and the first one, must be whole within this time; a shim writes it in one piece. */
    static final long MESSAGE_MS = 2_000;
    /** How long a client may take to read the last answer. */
    private static final long FINISH_MS = 2_000;
    /** One client may not keep the thread: after so many full buffers the others have their turn. */
    private static final int READS_A_TURN = 4;

    private final EventLoop loop;
    private final int fd;
    private final Peer peer;
    private final Consumer<Connection> onClosed;
    private final MessageReader reader = new MessageReader();
    private Conversation conversation;
    private Deadlines.Deadline deadline;
    /** The client says no more, and listens on; the loop's thread alone. */
    private boolean heardOut;

    private final Object out = new Object();
    /** What the client has not taken yet. All below: guarded by {@link #out}. */
    private final Deque<Pending> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean finishing;
    /** What comes is left in the socket until the client hangs up. */
    private boolean unread;
    /** Set on the loop's thread only, which may therefore read it without the lock. */
    private boolean closed;

    private record Pending(byte[] bytes, int passed) {
    }

    /** No descriptor goes with the message. */
    private static final int NONE = -1;

    Connection(EventLoop loop, int fd, Peer peer, Consumer<Connection> onClosed) {
        this.loop = loop;
        this.fd = fd;
        this.peer = peer;
        this.onClosed = onClosed;
    }

    /** @return who is at the other end */
    public Peer peer() {
        return peer;
    }

    /** Begins: on the loop's thread. Takes over the descriptor, whatever happens. */
    void begin(Conversation with) {
        conversation = with;
        expect(MESSAGE_MS);
        try {
            loop.add(fd, this);
        } catch (IOException e) {
            LOG.warn("A connection cannot be served", e);
            close();
            return;
        }
        // Clients write right behind connect: often the message is there already, which saves a round.
        ready(true, false, false);
    }

    /**
     * Runs what the conversation waits for, on the thread that is here, when all who are ready are served. On the loop's thread.
     *
     * @throws java.util.concurrent.RejectedExecutionException if too much of that kind goes on
     */
    public void follow(Runnable work) {
        loop.follow(work);
    }

    /** The conversation is overdue unless it has gone on within {@code ms}. On the loop's thread. */
    public void expect(long ms) {
        expectNothing();
        deadline = loop.deadlines().add(ms, () -> {
            deadline = null;
            if (isFinishing()) {
                close();
            } else {
                conversation.overdue();
            }
        });
    }

    /** Nothing is due any more. On the loop's thread. */
    public void expectNothing() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    /**
     * Leaves what the client says unread until it has said everything, or {@link #readOn}: each word would wake a thread. The client hangs up,
     * or ends its side of the stream, when it wants to be heard. Any thread.
     */
    public void leaveUnread() {
        unread(true);
    }

    /** Ends {@link #leaveUnread}. Any thread. */
    public void readOn() {
        unread(false);
    }

    /** Says something that must arrive. Any thread. */
    public void send(byte[] message) {
        send(message, NONE, Long.MAX_VALUE);
    }

    /** Says something together with a descriptor, which stays the caller's and must stay open until the client has answered. */
    public void send(byte[] message, int descriptor) {
        send(message, descriptor, Long.MAX_VALUE);
    }

    /** @return false when the client has not read {@code bound} bytes yet and so this is left out */
    public boolean sendUnlessQueued(byte[] message, long bound) {
        return send(message, NONE, bound);
    }

    /** Closes when the client has taken everything that was said. Any thread. */
    public void finish() {
        synchronized (out) {
            if (closed || finishing) {
                return;
            }
            finishing = true;
            if (queue.isEmpty()) {
                hangUp();
            } else {
                loop.execute(() -> expect(FINISH_MS));
            }
        }
    }

    /** Says what is wrong, and closes. Any thread. */
    public void fail(String sentence) {
        send(MessageBuilder.text(MessageType.ERROR, sentence));
        finish();
    }

    /** Closes at once. On the loop's thread. */
    public void close() {
        if (shut()) {
            onClosed.accept(this);
            conversation.gone();
        }
    }

    @Override
    public void stopped() {
        if (shut()) {
            onClosed.accept(this);
            conversation.stopped();
        }
    }

    @Override
    public void ready(boolean readable, boolean writable, boolean hungUp) {
        try {
            if (writable) {
                flush();
            }
            if (readable) {
                read(hungUp);
            }
        } catch (IOException e) {
            // The client is gone; that is no failure of ours.
            LOG.debug("A connection of {} broke: {}", peer, e.getMessage());
            close();
        }
    }

    private void read(boolean hungUp) throws IOException {
        DirectMemory in = loop.received();
        for (int turn = 0; turn < READS_A_TURN && !closed; turn++) {
            int count = UnixSocket.receive(fd, in);
            if (count == 0) {
                heardOut(hungUp);
                return;
            }
            if (count == UnixSocket.NOT_NOW) {
                return;
            }
            if (!isFinishing()) {
                understand(in);
            }
            // Behind the last word of one who is gone comes the end, which is read with it.
            if (count < in.bytes() && !hungUp) {
                return;
            }
        }
    }

    /** The client says no more. Whoever has ended his side only, waits for what is still to be said. */
    private void heardOut(boolean hungUp) throws IOException {
        if (hungUp || heardOut || isFinishing() || !conversation.owesWords()) {
            close();
            return;
        }
        heardOut = true;
        synchronized (out) {
            loop.change(fd, interest(!queue.isEmpty()));
        }
    }

    private void unread(boolean wanted) {
        synchronized (out) {
            if (closed || finishing || unread == wanted) {
                return;
            }
            unread = wanted;
            try {
                loop.change(fd, interest(!queue.isEmpty()));
            } catch (IOException e) {
                LOG.debug("A connection of {} broke: {}", peer, e.getMessage());
                hangUp();
            }
        }
    }

    /** Guarded by {@link #out}. The end of what was read to its end would be told without end. */
    private int interest(boolean writable) {
        int reading = heardOut ? 0 : unread ? Libc.EPOLLRDHUP : Libc.EPOLLIN;
        return reading | (writable ? Libc.EPOLLOUT : 0);
    }

    private void understand(DirectMemory in) {
        try {
            Message message;
            while (!isFinishing() && (message = reader.next(in.buffer())) != null) {
                expectNothing();
                conversation.received(message);
            }
            if (reader.inMessage() && deadline == null) {
                expect(MESSAGE_MS);
            }
        } catch (MalformedMessageException e) {
            LOG.debug("{} was refused: {}", peer, e.getMessage());
            expectNothing();
            fail(e.getMessage());
        }
    }

    private boolean send(byte[] message, int descriptor, long bound) {
        synchronized (out) {
            if (closed || finishing) {
                return false;
            }
            if (queuedBytes > 0 && queuedBytes + message.length > bound) {
                return false;
            }
            boolean first = queue.isEmpty();
            queue.add(new Pending(message, descriptor));
            queuedBytes += message.length;
            if (first) {
                writeFirst();
            }
            return true;
        }
    }

    /** What was just said is all there is to write: most of the time the socket takes it and nobody needs to wake. */
    private void writeFirst() {
        try {
            if (!writeQueue()) {
                loop.change(fd, interest(true));
            }
        } catch (IOException e) {
            LOG.debug("A connection of {} broke: {}", peer, e.getMessage());
            hangUp();
        }
    }

    private void flush() throws IOException {
        synchronized (out) {
            if (!closed && writeQueue()) {
                loop.change(fd, interest(false));
                if (finishing) {
                    hangUp();
                }
            }
        }
    }

    /** @return whether everything is written */
    private boolean writeQueue() throws IOException {
        Pending next;
        while ((next = queue.peek()) != null) {
            int count = next.passed() == NONE
                    ? UnixSocket.send(fd, next.bytes())
                    : loop.descriptorSender().send(fd, next.bytes(), next.passed());
            if (count == UnixSocket.NOT_NOW) {
                return false;
            }
            queue.remove();
            queuedBytes -= count;
            if (count < next.bytes().length) {
                // The descriptor went with the first byte.
                queue.addFirst(new Pending(Arrays.copyOfRange(next.bytes(), count, next.bytes().length), NONE));
            }
        }
        return true;
    }

    /** Ends the stream both ways; the loop then reads its end and closes the descriptor. */
    private void hangUp() {
        finishing = true;
        queue.clear();
        queuedBytes = 0;
        Libc.shutdown(fd, Libc.SHUT_RDWR);
    }

    private boolean isFinishing() {
        synchronized (out) {
            return finishing;
        }
    }

    private boolean shut() {
        synchronized (out) {
            if (closed) {
                return false;
            }
            closed = true;
            queue.clear();
        }
        expectNothing();
        try {
            loop.remove(fd);
        } catch (IOException e) {
            LOG.debug("A connection was not waited for: {}", e.getMessage());
        }
        UnixSocket.close(fd);
        return true;
    }
}
