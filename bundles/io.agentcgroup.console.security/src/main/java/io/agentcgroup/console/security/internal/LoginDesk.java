package io.agentcgroup.console.security.internal;

import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.PasswordHash;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks passwords: one at a time, because each check costs CPU time, and none from where too many wrong ones come. */
final class LoginDesk {

    /** A check takes a second, the first of an account from an earlier version two; somebody else's is waited for. */
    private static final Duration TURN = Duration.ofSeconds(5);
    /** Each holds a thread of the web server, which has 16. */
    private static final int MOST_WAITING = 4;

    private static final Logger LOG = LoggerFactory.getLogger(LoginDesk.class);

    private final AccountsFile accounts;
    private final LongSupplier nanoTime;
    private final Semaphore one = new Semaphore(1, true);
    /** From each only one waits for its turn: whoever floods the door waits for himself. */
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    /** Compared with when there is no such user, so that it takes as long. */
    private final PasswordHash nobody;

    /** Guarded by {@link #one}. */
    private final WrongTries tries = new WrongTries();

    /** Somebody has to wait. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many wrong passwords, or somebody else is logging in; try again in a few seconds");
        }
    }

    LoginDesk(AccountsFile accounts, LongSupplier nanoTime) {
        this(accounts, nanoTime, PasswordHash.ofNothing());
    }

    LoginDesk(AccountsFile accounts, LongSupplier nanoTime, PasswordHash nobody) {
        this.nobody = nobody;
        this.accounts = accounts;
        this.nanoTime = nanoTime;
    }

    /**
     * @param address where the request comes from
     * @return the account, if it is this password
     */
    Optional<Account> check(String address, String name, char[] password) throws IOException, BusyException {
        if (!asking.add(address)) {
            throw new BusyException();
        }
        try {
            return checkInTurn(address, name, password);
        } finally {
            asking.remove(address);
        }
    }

    private Optional<Account> checkInTurn(String address, String name, char[] password) throws IOException, BusyException {
        takeTurn();
        try {
            if (tries.tooMany(address, nanoTime.getAsLong())) {
                throw new BusyException();
            }
            Optional<Account> found = accounts.find(name);
            boolean right = found.map(Account::password).orElse(nobody).matches(password) && found.isPresent();
            if (right) {
                tries.right(address);
                return found.map(account -> renewed(account, password));
            } else {
                if (found.filter(account -> account.password().isOutdated()).isPresent()) {
                    // As long as for a name that nobody has.
                    nobody.matches(password);
                }
                tries.wrong(address, nanoTime.getAsLong());
            }
            return Optional.empty();
        } finally {
            one.release();
        }
    }

    /** The only moment when a hash of an earlier version can be made anew: the password is here. */
    private Account renewed(Account account, char[] password) {
        if (account.password().isOutdated()) {
            try {
                accounts.renew(account, PasswordHash.of(password));
            } catch (IOException e) {
                LOG.warn("the password of {} stays as it is kept, in a way that is easier to guess than today's: {}", account.name(), e.toString());
            }
        }
        return account;
    }

    private void takeTurn() throws BusyException {
        if (one.getQueueLength() >= MOST_WAITING) {
            throw new BusyException();
        }
        try {
            if (!one.tryAcquire(TURN.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new BusyException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        }
    }
}
