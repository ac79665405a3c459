package io.agentcgroup.cli.spi;

/**
 * A command below {@code agentcgroup}: a class annotated with picocli's {@code @Command}, implementing
 * {@code Callable<Integer>} (0 success, 1 failure, 2 usage), named in {@code META-INF/services}. So a module such as the
 * guest or a benchmark brings its own command by being on the class path.
 */
public interface Subcommand {
}
