package io.agentcgroup.intent.rules.internal;

import io.agentcgroup.api.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/** The rules in force: those of the file, else the built-in ones. A bad file changes nothing but {@link #status}. Thread-safe. */
final class RulesFile {

    private static final String BUILT_IN = "intent-rules.conf";
    private static final String BUILT_IN_ORIGIN = "the built-in rules";
    private static final String CAPABILITY = "intent.rules";
    /** A rules file is some kilobytes; what is larger is another file. */
    private static final long LARGEST_BYTES = 1 << 20;

    private final Optional<Path> file;
    private final Clock clock;
    private final RuleSet builtIn;

    private volatile RuleSet inForce;
    private volatile Capability status;
    /** What was read last, good or bad; null before. Guarded by this. */
    private byte[] lastRead;

    RulesFile(Optional<Path> file, Clock clock) {
        this.file = file;
        this.clock = clock;
        this.builtIn = builtIn();
        this.inForce = builtIn;
        this.status = new Capability(CAPABILITY, true, describe(builtIn));
    }

    RuleSet inForce() {
        return inForce;
    }

    Capability status() {
        return status;
    }

    /** @return what is to be said when something changed: the new status */
    synchronized Optional<Capability> reload() {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        byte[] read;
        try {
            read = Files.size(file.get()) > LARGEST_BYTES ? tooLarge() : Files.readAllBytes(file.get());
        } catch (NoSuchFileException e) {
            return gone();
        } catch (IOException | RulesException e) {
            return bad(e.toString());
        }
        if (Arrays.equals(read, lastRead)) {
            return Optional.empty();
        }
        lastRead = read;
        return take(read);
    }

    private static byte[] tooLarge() throws RulesException {
        throw new RulesException("it is larger than " + LARGEST_BYTES + " bytes");
    }

    private Optional<Capability> take(byte[] read) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString();
            inForce = new RuleSet(file.get().getFileName().toString(), RulesParser.parse(text));
            return say(true, describe(inForce) + " from " + file.get() + " of " + now());
        } catch (CharacterCodingException e) {
            return bad("it is no UTF-8 text");
        } catch (RulesException e) {
            return bad(e.getMessage());
        }
    }

    private Optional<Capability> gone() {
        lastRead = null;
        if (inForce == builtIn) {
            return Optional.empty();
        }
        inForce = builtIn;
        return say(true, file.get() + " is gone; " + describe(builtIn));
    }

    private Optional<Capability> bad(String reason) {
        return say(false, file.get() + " cannot be used, " + reason + "; what held before stays in force: " + describe(inForce));
    }

    private Optional<Capability> say(boolean good, String reason) {
        Capability said = new Capability(CAPABILITY, good, reason);
        boolean news = !said.equals(status);
        status = said;
        return news ? Optional.of(said) : Optional.empty();
    }

    private static String describe(RuleSet rules) {
        int count = rules.rules().size();
        return count + (rules.origin().equals(BUILT_IN_ORIGIN) ? " built-in" : "") + (count == 1 ? " rule" : " rules");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static RuleSet builtIn() {
        try (InputStream in = RulesFile.class.getResourceAsStream("/" + BUILT_IN)) {
            return new RuleSet(BUILT_IN_ORIGIN, RulesParser.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RulesException e) {
            throw new IllegalStateException("the built-in rules: " + e.getMessage(), e);
        }
    }
}
