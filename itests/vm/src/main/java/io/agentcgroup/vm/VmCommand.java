package io.agentcgroup.vm;

import io.agentcgroup.cli.spi.Subcommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentcgroup vm -- CMD...}: a command beside a running appliance, on a kernel of its own. */
@Command(name = "vm", sortOptions = false,
        description = "Run a command in a virtual machine with a stock kernel, with the appliance started.",
        synopsisHeading = "", customSynopsis = {"Usage: agentcgroup vm [OPTIONS] -- CMD [ARG...]", ""},
        footer = {"",
            "The guest has this host's userland and JDK, a kernel of its own with cgroup v2, and no network. CMD runs as",
            "root; its output and exit code come back unchanged. The first run fetches kernel and QEMU and makes the",
            "guest's root file system, which takes a minute or two; later runs boot in seconds.",
            "",
            "Exit code: that of CMD; 124 when its time was up; 1 when the guest cannot be had or dies.",
            "Environment: AGENTCGROUP_VM_ACCEL  another accelerator for QEMU (-accel), such as kvm",
            "             XDG_CACHE_HOME        where the cache is, ~/.cache by default",
            "",
            "Examples:",
            "  agentcgroup vm -- agentcgroup doctor",
            "  agentcgroup vm --bare --kernel debian-12 -- uname -r",
            "  agentcgroup vm --put ./trace:/root/trace --results out -- bash -c 'wc -l < trace > /results/lines'"})
public final class VmCommand implements Subcommand, Callable<Integer> {

    /** Where the distribution is in the guest. */
    private static final String HOME_IN_GUEST = "/opt/agentcgroup";

    /** Runs its arguments while the appliance runs. */
    private static final String WITH_APPLIANCE = """
            export PATH=%1$s/bin:$PATH
            %1$s/bin/agentcgroup start >&2 || { echo "guest: the appliance did not start" >&2; exit 1; }
            "$@"
            code=$?
            %1$s/bin/agentcgroup stop >&2
            exit $code
            """.formatted(HOME_IN_GUEST);

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "CMD", description = "The command and its arguments.")
    private List<String> command;

    @Option(names = "--kernel", paramLabel = "NAME|FILE", defaultValue = "stock",
            description = "stock (default, the newest), debian-12, debian-12-backports, debian-13, debian-13-backports, or a kernel"
                    + " image; a FILE's modules are looked for in lib/modules beside it.")
    private String kernel;

    @Option(names = "--kernel-args", paramLabel = "ARGS", defaultValue = "", description = "Appended to the kernel's command line.")
    private String kernelArguments;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "2g", description = "The guest's memory: 512m, 2g (default).")
    private String memory;

    @Option(names = "--swap", paramLabel = "SIZE", defaultValue = "0", description = "Swap space, compressed in memory; none by default.")
    private String swap;

    @Option(names = "--smp", paramLabel = "N", defaultValue = "2", description = "The guest's processors; ${DEFAULT-VALUE} by default.")
    private int cpus;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600",
            description = "End the command after this time; ${DEFAULT-VALUE} by default.")
    private int timeoutSeconds;

    @Option(names = "--put", paramLabel = "HOST:GUEST",
            description = "Put a file or folder into the guest at an absolute path; may be repeated.")
    private List<String> put = List.of();

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Set a variable for the command; may be repeated.")
    private List<String> environment = List.of();

    @Option(names = "--results", paramLabel = "DIR", description = "Fetch what the command leaves in /results into DIR.")
    private Path results;

    @Option(names = "--bare", description = "Do not put the appliance into the guest.")
    private boolean bare;

    @Option(names = "--systemd", description = "Start systemd as the guest's first process, and CMD as a service of it.")
    private boolean systemd;

    @Option(names = "--refresh", description = "Look for newer versions of the stock kernel and QEMU first.")
    private boolean refresh;

    @Option(names = {"-v", "--verbose"}, description = "Say at the end which kernel ran, how long, and where its console log is.")
    private boolean verbose;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this.")
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        try {
            GuestResult result = run().run(bare ? command : withAppliance(), System.out, System.err, results);
            System.out.flush();
            report(result);
            return result.exitCode();
        } catch (GuestException e) {
            System.err.println("agentcgroup vm: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void report(GuestResult result) {
        if (result.timedOut()) {
            System.err.println("agentcgroup vm: the command was ended after " + timeoutSeconds + " s (--timeout)");
        }
        if (verbose) {
            System.err.printf(Locale.ROOT, "guest: kernel %s, booted in %s, ran %s, console log %s%n", result.kernelRelease(),
                    Progress.seconds(result.boot()), Progress.seconds(result.wall()), result.consoleLog());
        }
    }

    private GuestRun run() throws GuestException {
        GuestRun.Builder builder = GuestRun.builder().kernel(KernelChoice.parse(kernel)).kernelArguments(kernelArguments)
                .memoryMib(mebibytes(memory)).swapMib(mebibytes(swap)).cpus(cpus)
                .timeout(Duration.ofSeconds(timeoutSeconds)).refresh(refresh).systemd(systemd);
        for (String pair : environment) {
            String[] parts = twoParts(pair, '=', "--env NAME=VALUE");
            builder.env(parts[0], parts[1]);
        }
        List<String[]> pairs = put.stream().map(pair -> twoParts(pair, ':', "--put HOST:GUEST")).toList();
        if (!bare) {
            builder.addTree(home(), HOME_IN_GUEST);
        }
        pairs.forEach(pair -> builder.add(Path.of(pair[0]), pair[1]));
        return builder.build();
    }

    private List<String> withAppliance() {
        List<String> words = new ArrayList<>(List.of("bash", "-c", WITH_APPLIANCE, "agentcgroup-vm"));
        words.addAll(command);
        return words;
    }

    /** The launcher of the distribution says where it is. */
    private static Path home() throws GuestException {
        String home = System.getProperty("agentcgroup.home");
        if (home == null || !Files.isExecutable(Path.of(home, "bin", "agentcgroup"))) {
            throw new GuestException("The distribution to put into the guest is not to be found (agentcgroup.home is "
                    + home + "); --bare runs the command without it");
        }
        return Path.of(home);
    }

    private String[] twoParts(String pair, char separator, String form) {
        int at = pair.indexOf(separator);
        if (at <= 0 || at == pair.length() - 1 && separator == ':') {
            throw new ParameterException(spec.commandLine(), "not of the form " + form + ": " + pair);
        }
        return new String[] {pair.substring(0, at), pair.substring(at + 1)};
    }

    private int mebibytes(String size) {
        if (!size.matches("[0-9]{1,6}[mgMG]?")) {
            throw new ParameterException(spec.commandLine(), "not a size such as 512m or 2g: " + size);
        }
        int number = Integer.parseInt(size.replaceFirst("[mgMG]$", ""));
        return size.toLowerCase(Locale.ROOT).endsWith("g") ? number * 1024 : number;
    }
}
