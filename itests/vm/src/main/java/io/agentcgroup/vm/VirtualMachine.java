package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A QEMU process that cannot outlive us, however we end. */
final class VirtualMachine implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final Thread hook;

    /**
     * Starts the machine. To be called on the thread that waits for it: the kernel kills QEMU when the thread that
     * started it ends, which covers even a JVM that is killed by SIGKILL.
     *
     * @param log for what QEMU itself says
     */
    VirtualMachine(Qemu qemu, QemuCommandLine commandLine, Path log) throws GuestException {
        this.log = log;
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
        command.addAll(commandLine.build(qemu));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        if (!qemu.libraries().isEmpty()) {
            builder.environment().put("LD_LIBRARY_PATH", qemu.libraries());
        }
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new GuestException("The virtual machine cannot be started: " + e.getMessage(), e);
        }
        hook = new Thread(process::destroyForcibly, "guest-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void onExit(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Gives the machine a moment to power itself off. */
    void awaitPowerOff(long seconds) throws InterruptedException {
        process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** What QEMU itself said: empty when all went well. */
    String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            // Its files are removed next.
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is on its way out and runs the hook.
        }
    }
}
