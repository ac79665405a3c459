package io.agentcgroup.console.security.accounts;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2 with HMAC, {@code <function>$<iterations>$<salt>$<hash>} in Base64; the function is
 * {@code pbkdf2-sha512}, or {@code pbkdf2-sha256} in hashes of earlier versions.
 */
public final class PasswordHash {

    /**
     * What OWASP advises in 2026 for SHA-512, of the same worth as 600,000 with SHA-256. The daemon's Java machine is kept small and
     * optimises little: these take it 1.0 s of CPU time, those 2.0 s.
     */
    private static final int ITERATIONS = 210_000;
    private static final Function FUNCTION = Function.SHA_512;
    /** No file makes us compute for minutes. */
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private enum Function {
        SHA_256("pbkdf2-sha256", "PBKDF2WithHmacSHA256"),
        SHA_512("pbkdf2-sha512", "PBKDF2WithHmacSHA512");

        private final String label;
        private final String algorithm;

        Function(String label, String algorithm) {
            this.label = label;
            this.algorithm = algorithm;
        }

        static Function of(String label) {
            return Stream.of(values()).filter(one -> one.label.equals(label)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no password hash of the form " + FUNCTION.label + "$iterations$salt$hash"));
        }
    }

    private final Function function;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(Function function, int iterations, byte[] salt, byte[] hash) {
        this.function = function;
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** @return the password, hashed with a salt of its own */
    public static PasswordHash of(char[] password) {
        return of(password, ITERATIONS);
    }

    /** @param iterations fewer than usual make a hash that {@link #isOutdated()}, and tests that do not take minutes */
    public static PasswordHash of(char[] password, int iterations) {
        byte[] salt = random(SALT_BYTES);
        return new PasswordHash(FUNCTION, iterations, salt, derive(FUNCTION, password, salt, iterations));
    }

    /** @return a hash that is of no password, but takes as long to compare with */
    public static PasswordHash ofNothing() {
        return new PasswordHash(FUNCTION, ITERATIONS, random(SALT_BYTES), random(HASH_BITS / Byte.SIZE));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** @throws IllegalArgumentException if the text is no such hash */
    public static PasswordHash parse(String text) {
        String[] parts = text.split("\\$");
        Function function = Function.of(parts.length == 4 ? parts[0] : "");
        int iterations = Integer.parseInt(parts[1]);
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("a password hash of " + iterations + " iterations");
        }
        return new PasswordHash(function, iterations, Base64.getDecoder().decode(parts[2]), Base64.getDecoder().decode(parts[3]));
    }

    /** @return whether it is this password; takes as long for a wrong one as for the right one */
    public boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derive(function, password, salt, iterations));
    }

    /** @return whether it can be computed with less work than one that is made now */
    public boolean isOutdated() {
        return function != FUNCTION || iterations < ITERATIONS;
    }

    private static byte[] derive(Function function, char[] password, byte[] salt, int iterations) {
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance(function.algorithm).generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + function.algorithm, e);
        } finally {
            key.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that && function == that.function && iterations == that.iterations && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Objects.hash(function, iterations, Arrays.hashCode(salt));
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return function.label + "$" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }
}
