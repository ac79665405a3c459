package io.agentcgroup.console.security.internal;

import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.PasswordHash;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/** Checks passwords: one at a time, and ever more slowly when they are wrong, because each check costs CPU time. */
final class LoginDesk {

    /** People mistype; whoever guesses does so more often. */
    private static final int FREE_TRIES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final AccountsFile accounts;
    private final LongSupplier nanoTime;
    private final Semaphore one = new Semaphore(1);
    /** Compared with when there is no such user, so that it takes as long. */
    private final PasswordHash nobody = PasswordHash.ofNothing();

    // Guarded by one.
    private int wrong;
    private long closedUntilNs;

    /** Somebody has to wait. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many wrong passwords, or somebody else is logging in; try again in a few seconds");
        }
    }

    LoginDesk(AccountsFile accounts, LongSupplier nanoTime) {
        this.accounts = accounts;
        this.nanoTime = nanoTime;
    }

    /** @return the account, if it is this password */
    Optional<Account> check(String name, char[] password) throws IOException, BusyException {
        if (!one.tryAcquire()) {
            throw new BusyException();
        }
        try {
            if (wrong >= FREE_TRIES && nanoTime.getAsLong() - closedUntilNs < 0) {
                throw new BusyException();
            }
            Optional<Account> found = accounts.find(name);
            boolean right = found.map(Account::password).orElse(nobody).matches(password) && found.isPresent();
            wrong = right ? 0 : wrong + 1;
            closedUntilNs = nanoTime.getAsLong() + PAUSE.toNanos();
            return right ? found : Optional.empty();
        } finally {
            one.release();
        }
    }
}
