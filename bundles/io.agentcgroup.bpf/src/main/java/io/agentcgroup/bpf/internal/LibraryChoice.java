package io.agentcgroup.bpf.internal;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which libbpf: the host's when it is new enough, because the host's administrator keeps it up to date; else the one that the
 * distribution brings.
 *
 * @param library the chosen one, empty when none will do
 * @param capability which, and why
 */
record LibraryChoice(Optional<NativeLibrary> library, Capability capability) {

    /** Where to look, and what it is to be called. */
    record Candidate(String what, String file) {
    }

    /** A version, as far as it matters. */
    record Version(int major, int minor) {

        /**
         * 1.2 brought links for struct_ops; 1.4 leaves out members of a struct_ops that we leave empty and the running kernel
         * does not have, on which one object for several kernels depends.
         */
        static final Version LEAST = new Version(1, 4);

        boolean isAtLeast(Version other) {
            return major != other.major ? major > other.major : minor >= other.minor;
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    static final String SONAME = "libbpf.so.1";

    /** {@code RTLD_NOW}, and not global: nobody else is to find our libbpf's functions. */
    private static final int OPEN_FLAGS = 2;

    /** What libbpf itself needs, and the Debian packages that bring it. */
    private static final Map<String, String> NEEDED = Map.of("libelf.so.1", "libelf1", "libz.so.1", "zlib1g");

    /** @param home folder of the distribution, empty when we do not run from one */
    static List<Candidate> candidates(Optional<Path> home) {
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(new Candidate("the host's", SONAME));
        home.map(folder -> folder.resolve("lib/native").resolve(SONAME)).ifPresent(
                file -> candidates.add(new Candidate("the distribution's", file.toString())));
        return candidates;
    }

    /** Takes the first candidate that is at least {@code least}. */
    static LibraryChoice of(List<Candidate> candidates, Version least) {
        List<String> refusals = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Attempt attempt = open(candidate, least);
            if (attempt.library() != null) {
                String because = refusals.isEmpty() ? "" : "; " + String.join("; ", refusals);
                return new LibraryChoice(Optional.of(attempt.library()), capability(true, attempt.said() + because));
            }
            refusals.add(attempt.said());
        }
        return new LibraryChoice(Optional.empty(),
                capability(false, "libbpf " + least + " or newer is needed; " + String.join("; ", refusals)));
    }

    private static Capability capability(boolean available, String reason) {
        return new Capability(KernelFeature.LIBRARY.label(), available, reason);
    }

    /** A library, or null, and what is to be said about it. */
    private record Attempt(NativeLibrary library, String said) {
    }

    private static Attempt open(Candidate candidate, Version least) {
        if (candidate.file().startsWith("/") && !Files.exists(Path.of(candidate.file()))) {
            return new Attempt(null, candidate.what() + " is not there (" + candidate.file() + ")");
        }
        NativeLibrary library;
        try {
            library = NativeLibrary.getInstance(candidate.file(), Map.of(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS));
        } catch (UnsatisfiedLinkError e) {
            return new Attempt(null, candidate.what() + " cannot be used: " + inWords(e));
        }
        Optional<Version> version = version(library);
        if (version.isPresent() && version.get().isAtLeast(least)) {
            return new Attempt(library, candidate.what() + " libbpf " + fullVersion(library));
        }
        String found = version.isPresent() ? fullVersion(library) : "older than 1.0";
        library.close();
        return new Attempt(null, candidate.what() + " is " + found + ", too old (" + least + " is needed)");
    }

    private static Optional<Version> version(NativeLibrary library) {
        try {
            return Optional.of(new Version(library.getFunction("libbpf_major_version").invokeInt(new Object[0]),
                    library.getFunction("libbpf_minor_version").invokeInt(new Object[0])));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    private static String fullVersion(NativeLibrary library) {
        // "v1.4.6"
        return library.getFunction("libbpf_version_string").invokeString(new Object[0], false).replaceFirst("^v", "");
    }

    /** @return why it could not be opened: the loader names the library that it missed, which need not be the one we asked for */
    private static String inWords(UnsatisfiedLinkError error) {
        String message = String.valueOf(error.getMessage());
        return NEEDED.entrySet().stream().filter(needed -> message.contains(needed.getKey() + ":")).findFirst()
                .map(needed -> "it needs " + needed.getKey() + " (Debian package " + needed.getValue() + ")")
                .orElseGet(() -> message.contains("No such file") ? "it is not installed"
                        : message.lines().findFirst().orElse("unknown"));
    }
}
