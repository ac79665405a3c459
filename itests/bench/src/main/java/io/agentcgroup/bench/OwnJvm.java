package io.agentcgroup.bench;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Spawner;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs what uses the classes of our bundles without a framework: these are not on the class path of the command line. */
final class OwnJvm {

    private static final String LOGGING = "io/agentcgroup/bench/reaction/logback.xml";

    /** There where the kernel has sched_ext. */
    private static final Path SCHEDULERS = Path.of("/sys/kernel/sched_ext");

    private OwnJvm() {
    }

    /** @throws CommandException if it fails, or if another scheduler is in the way of ours */
    static void run(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        refuseBesideAnotherScheduler();
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx64m", "-Dlogback.configurationFile=" + LOGGING, "-cp", classPath(Place.current().home()),
                main.getName()));
        command.addAll(arguments);
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new CommandException("measuring failed with exit code " + exit + "; what it said is above");
        }
    }

    private static void refuseBesideAnotherScheduler() throws IOException {
        if (Files.exists(SCHEDULERS.resolve("state")) && !Files.readString(SCHEDULERS.resolve("state")).strip().equals("disabled")) {
            throw new CommandException("the kernel has a scheduler attached, and can have only one: if it is that of a running"
                    + " appliance, stop it first with: agentcgroup stop --release");
        }
    }

    private static String classPath(Path home) throws IOException {
        List<String> jars = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        try (Stream<Path> bundles = Files.list(home.resolve("bundles"))) {
            bundles.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(jars::add);
        }
        return String.join(File.pathSeparator, jars);
    }

    /** @return where the libbpf is that the distribution brings; it need not be there */
    static Path libbpf() {
        return Place.current().home().resolve("lib/native/libbpf.so.1");
    }

    /** @return a program that comes with the harness, in that folder, to be run */
    static Path program(String name, Path folder) throws IOException {
        Path program = folder.resolve(name);
        try (InputStream shipped = Spawner.class.getResourceAsStream(name)) {
            Files.copy(shipped, program);
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }
}
