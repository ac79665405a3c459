package io.agentcgroup.console.security.accounts;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2 with HMAC-SHA256, {@code pbkdf2-sha256$<iterations>$<salt>$<hash>} in Base64.
 */
public final class PasswordHash {

    /**
     * The hundreds of thousands that are asked for elsewhere make up for passwords that people choose. Ours are made up with 99 bits, which
     * nobody tries out at any speed; in the daemon's small Java machine each further ten thousand would cost a login a tenth of a second.
     */
    private static final int ITERATIONS = 20_000;
    /** No file makes us compute for minutes. */
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final String FUNCTION = "pbkdf2-sha256";

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** @return the password, hashed with a salt of its own */
    public static PasswordHash of(char[] password) {
        return of(password, ITERATIONS);
    }

    static PasswordHash of(char[] password, int iterations) {
        byte[] salt = random(SALT_BYTES);
        return new PasswordHash(iterations, salt, derive(password, salt, iterations));
    }

    /** @return a hash that is of no password, but takes as long to compare with */
    public static PasswordHash ofNothing() {
        return new PasswordHash(ITERATIONS, random(SALT_BYTES), random(HASH_BITS / Byte.SIZE));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** @throws IllegalArgumentException if the text is no such hash */
    public static PasswordHash parse(String text) {
        String[] parts = text.split("\\$");
        if (parts.length != 4 || !parts[0].equals(FUNCTION)) {
            throw new IllegalArgumentException("no password hash of the form " + FUNCTION + "$iterations$salt$hash");
        }
        int iterations = Integer.parseInt(parts[1]);
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("a password hash of " + iterations + " iterations");
        }
        return new PasswordHash(iterations, Base64.getDecoder().decode(parts[2]), Base64.getDecoder().decode(parts[3]));
    }

    /** @return whether it is this password; takes as long for a wrong one as for the right one */
    public boolean matches(char[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations) {
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            key.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that && iterations == that.iterations && Arrays.equals(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Objects.hash(iterations, Arrays.hashCode(salt));
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return FUNCTION + "$" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }
}
