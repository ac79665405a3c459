package io.agentcgroup.summary;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds up the reports below a folder: {@code target/surefire-reports} and {@code target/failsafe-reports} of every module,
 * and {@code target/guest-reports}, which tests that ran in the guest left there; {@code target/NAME-guest-reports} in a guest with
 * another kernel.
 */
public final class Main {

    private static final String GUEST_REPORTS = "guest-reports";

    private final boolean guestMaySkip;
    private final PrintStream out;

    private Counts guest = Counts.NONE;
    private Counts all = Counts.NONE;
    private final List<String> failures = new ArrayList<>();

    Main(boolean guestMaySkip, PrintStream out) {
        this.guestMaySkip = guestMaySkip;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("Usage: Main FOLDER");
            System.exit(2);
        }
        Main main = new Main("allow".equals(System.getenv("AGENTCGROUP_GUEST_SKIPS")), System.out);
        System.exit(main.summarize(Path.of(arguments[0])) ? 0 : 1);
    }

    /** @return whether everything passed, and something ran, on the host and in the guest */
    boolean summarize(Path folder) throws IOException {
        for (Path file : reports(folder)) {
            add(file);
        }
        failures.forEach(failure -> out.println("failed: " + failure));
        String complaint = complaint();
        if (complaint != null) {
            out.println(complaint);
        }
        out.println("guest: " + guest);
        out.println(all);
        return complaint == null && all.failed() == 0;
    }

    private void add(Path file) throws IOException {
        Report report = Report.read(file);
        boolean inGuest = file.getParent().getFileName().toString().endsWith(GUEST_REPORTS);
        all = all.plus(report.counts());
        if (inGuest) {
            guest = guest.plus(report.counts());
        }
        report.failures().forEach(name -> failures.add(inGuest ? name + " (in the guest)" : name));
    }

    /** What is wrong though nothing failed: green by not having run is the worst kind of red. */
    private String complaint() {
        if (all.all() == 0) {
            return "no test ran";
        }
        if (guest.passed() == 0) {
            return "no test passed in the guest";
        }
        if (guest.skipped() > 0 && !guestMaySkip) {
            return "tests were skipped in the guest, where each of them can run; AGENTCGROUP_GUEST_SKIPS=allow lets them";
        }
        return null;
    }

    private static List<Path> reports(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.getFileName().toString().equals(".git") ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isReport(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml")
                && file.getParent().getFileName().toString().matches("(surefire|failsafe|([a-z-]+-)?guest)-reports")
                && file.getParent().getParent().getFileName().toString().equals("target");
    }
}
