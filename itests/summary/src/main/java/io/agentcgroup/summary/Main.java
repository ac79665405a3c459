package io.agentcgroup.summary;

import io.agentcgroup.summary.Report.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Adds up the reports below a folder: {@code target/surefire-reports} and {@code target/failsafe-reports} of every module,
 * and {@code target/guest-reports}, which tests that ran in the guest left there; {@code target/NAME-guest-reports} in a guest with
 * another kernel. What failed in the guest and was run again is in {@code target/again-guest-reports}, and counts once.
 */
public final class Main {

    private static final String GUEST_REPORTS = "guest-reports";
    private static final String AGAIN_REPORTS = "again-guest-reports";

    /** Tests share their machine with others, which now and then take its CPUs away. More than that is no chance any more. */
    private static final int MOST_UNSTEADY = 3;

    private final boolean guestMaySkip;
    private final PrintStream out;

    private final List<Report.Case> host = new ArrayList<>();
    private final List<Report.Case> guest = new ArrayList<>();
    private final Set<String> passedAgain = new HashSet<>();

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
        guest.replaceAll(one -> one.outcome() == Outcome.FAILED && passedAgain.contains(one.title())
                ? new Report.Case(one.type(), one.name(), Outcome.UNSTEADY) : one);
        int unsteady = tell(Outcome.UNSTEADY, "passed only when it was run again");
        tell(Outcome.FAILED, "failed");
        String complaint = complaint(unsteady);
        if (complaint != null) {
            out.println(complaint);
        }
        out.println("guest: " + Counts.of(guest));
        Counts all = Counts.of(all());
        out.println(all);
        return complaint == null && all.failed() == 0;
    }

    private void add(Path file) throws IOException {
        List<Report.Case> cases = Report.read(file).cases();
        String reports = file.getParent().getFileName().toString();
        if (reports.equals(AGAIN_REPORTS)) {
            cases.stream().filter(one -> one.outcome() == Outcome.PASSED).map(Report.Case::title).forEach(passedAgain::add);
        } else {
            (reports.endsWith(GUEST_REPORTS) ? guest : host).addAll(cases);
        }
    }

    private List<Report.Case> all() {
        return Stream.concat(host.stream(), guest.stream()).toList();
    }

    /** @return how many */
    private int tell(Outcome outcome, String what) {
        List<String> titles = Stream.concat(host.stream().filter(one -> one.outcome() == outcome).map(Report.Case::title),
                guest.stream().filter(one -> one.outcome() == outcome).map(one -> one.title() + " (in the guest)")).toList();
        titles.forEach(title -> out.println(what + ": " + title));
        return titles.size();
    }

    /** What is wrong though nothing failed: green by not having run is the worst kind of red. */
    private String complaint(int unsteady) {
        if (host.isEmpty() && guest.isEmpty()) {
            return "no test ran";
        }
        if (Counts.of(guest).passed() == 0) {
            return "no test passed in the guest";
        }
        if (Counts.of(guest).skipped() > 0 && !guestMaySkip) {
            return "tests were skipped in the guest, where each of them can run; AGENTCGROUP_GUEST_SKIPS=allow lets them";
        }
        return unsteady > MOST_UNSTEADY ? unsteady + " tests passed only when they were run again; more than " + MOST_UNSTEADY
                + " is no chance any more" : null;
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
