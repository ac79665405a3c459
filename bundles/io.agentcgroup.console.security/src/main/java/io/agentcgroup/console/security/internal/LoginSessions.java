package io.agentcgroup.console.security.internal;

import io.agentcgroup.console.security.accounts.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Who is logged in. Kept in memory only, under hashes of the ids: a restart logs everybody out. Thread-safe; nothing ticks. */
final class LoginSessions {

    /** More are nobody's; the one that is unused for longest goes. */
    private static final int MOST = 64;
    private static final int ID_BYTES = 32;

    private final long idleNs;
    private final long mostNs;
    private final LongSupplier nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> sessions = new ConcurrentHashMap<>();

    private static final class Entry {
        private final SignedIn who;
        private final long accountsVersion;
        private final long createdNs;
        private volatile long usedNs;

        Entry(SignedIn who, long accountsVersion, long nowNs) {
            this.who = who;
            this.accountsVersion = accountsVersion;
            this.createdNs = nowNs;
            this.usedNs = nowNs;
        }
    }

    /** A session that was just opened. */
    record Opened(String id, SignedIn who) {
    }

    LoginSessions(Duration idle, Duration most, LongSupplier nanoTime) {
        this.idleNs = idle.toNanos();
        this.mostNs = most.toNanos();
        this.nanoTime = nanoTime;
    }

    /** @param accountsVersion of the accounts that were asked; another one later ends the session */
    Opened open(Account account, long accountsVersion) {
        long nowNs = nanoTime.getAsLong();
        sessions.values().removeIf(entry -> expired(entry, nowNs));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream().min(Comparator.comparingLong(entry -> entry.getValue().usedNs))
                    .ifPresent(oldest -> sessions.remove(oldest.getKey()));
        }
        String id = secret();
        SignedIn who = new SignedIn(account.name(), account.role(), secret());
        sessions.put(hash(id), new Entry(who, accountsVersion, nowNs));
        return new Opened(id, who);
    }

    /**
     * @param use whether somebody does something, which keeps the session, or a page only refreshes itself
     * @return who that is, empty when the session is over or never was
     */
    Optional<SignedIn> find(String id, long accountsVersion, boolean use) {
        String key = hash(id);
        Entry entry = sessions.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        long nowNs = nanoTime.getAsLong();
        if (expired(entry, nowNs) || entry.accountsVersion != accountsVersion) {
            sessions.remove(key);
            return Optional.empty();
        }
        if (use) {
            entry.usedNs = nowNs;
        }
        return Optional.of(entry.who);
    }

    void end(String id) {
        sessions.remove(hash(id));
    }

    private boolean expired(Entry entry, long nowNs) {
        return nowNs - entry.usedNs > idleNs || nowNs - entry.createdNs > mostNs;
    }

    private String secret() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Looking an id up takes no longer for one that is nearly right, and no dump of memory has ids in it. */
    private static String hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
