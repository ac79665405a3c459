package io.agentcgroup.bench.reaction;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.SessionTree;
import io.agentcgroup.cgroup.internal.TreeSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A high-priority session that can be made to run short of memory, and a low-priority one that takes memory all the time. */
final class Race implements AutoCloseable {

    private static final int PAGE_BYTES = 4096;
    /** What the high session holds: 2 MiB more are little of it, so that the kernel's own slow-down at memory.high stays short. */
    private static final int HELD_MIB = 48;
    /** How far below its memory.high the session is when it takes 2 MiB: far enough for what each CPU has charged in advance. */
    private static final long ROOM_BYTES = 1 << 20;

    private final SessionTree tree = SessionTree.open(TreeSettings.of("agentcgroup-reaction", false));
    private final SessionNode high = tree.session(new SessionName("high"));
    private final SessionNode low = tree.session(new SessionName("low"));
    private final Domain highCall = high.createCall(new CallId("1"));
    private final Domain lowCall = low.createCall(new CallId("1"));
    private final MappedByteBuffer breath;
    private final Process spinner;
    private final Process breacher;
    private final BufferedReader says;
    private final Writer tell;

    Race(Path reactor, Path scratch) throws IOException {
        Path file = Files.write(scratch.resolve("breath"), new byte[PAGE_BYTES]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            breath = channel.map(FileChannel.MapMode.READ_ONLY, 0, PAGE_BYTES);
        }
        breath.order(ByteOrder.nativeOrder());
        spinner = start(lowCall, reactor, "spin", file.toString());
        breacher = start(highCall, reactor, "breach", Integer.toString(HELD_MIB));
        says = breacher.inputReader(StandardCharsets.US_ASCII);
        tell = breacher.outputWriter(StandardCharsets.US_ASCII);
        await("ready");
    }

    private static Process start(Domain domain, Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "echo $$ > \"$0\"/cgroup.procs && exec \"$@\"", domain.path(), program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    SessionNode high() {
        return high;
    }

    SessionNode low() {
        return low;
    }

    Domain highCall() {
        return highCall;
    }

    Domain lowCall() {
        return lowCall;
    }

    /** @return when the low session's process was last seen running, {@code CLOCK_MONOTONIC} */
    long lastBreathNs() {
        return breath.getLong(0);
    }

    /** The high session goes over its {@code memory.high} now. */
    void breach() throws IOException {
        high.apply(Limits.builder().memoryHighBytes(high.memoryCurrentBytes().orElseThrow() + ROOM_BYTES).build());
        say();
    }

    /** And has enough again. */
    void relax() throws IOException {
        high.apply(Limits.builder().memoryHighBytes(Limits.UNLIMITED).build());
        await("taken");
        say();
        await("given");
    }

    private void say() throws IOException {
        tell.write("go\n");
        tell.flush();
    }

    private void await(String word) throws IOException {
        String line = says.readLine();
        if (!word.equals(line)) {
            throw new IOException("the high session's process says " + line + ", not " + word);
        }
    }

    @Override
    public void close() {
        lowCall.freeze(false);
        spinner.destroyForcibly();
        breacher.destroyForcibly();
        high.remove();
        low.remove();
        tree.close();
    }
}
