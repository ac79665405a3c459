package io.agentcgroup.console.security.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.PasswordHash;
import io.agentcgroup.console.security.accounts.Role;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginDeskTest {

    private static final String HERE = "127.0.0.1";
    private static final int FEW_ITERATIONS = 1_000;
    private static final PasswordHash NOBODY = PasswordHash.of("nobody's".toCharArray(), FEW_ITERATIONS);
    private static final char[] RIGHT = "right".toCharArray();
    private static final char[] WRONG = "wrong".toCharArray();

    private static final String OLD = "pbkdf2-sha256$20000$AAECAwQFBgcICQoLDA0ODw==$G4FH62crZEX1BpoNjgiGqUIcvJqEg7MXBoLJFRea5Wk=";

    @TempDir
    private Path state;
    private long nowNs;

    @Test
    void whoeverGuessesHasToWaitAndTheOwnerGetsInAfterwards() throws Exception {
        AccountsFile file = new AccountsFile(state);
        file.put(new Account("admin", Role.OPERATE, PasswordHash.of(RIGHT, FEW_ITERATIONS)));
        LoginDesk desk = new LoginDesk(file, () -> nowNs, NOBODY);
        for (int i = 0; i < 5; i++) {
            assertFalse(desk.check(HERE, i % 2 == 0 ? "admin" : "nobody", WRONG).isPresent());
        }
        assertThrows(LoginDesk.BusyException.class, () -> desk.check(HERE, "admin", RIGHT));
        nowNs += Duration.ofSeconds(5).toNanos();
        assertTrue(desk.check(HERE, "admin", RIGHT).isPresent());
        assertTrue(desk.check(HERE, "admin", RIGHT).isPresent());
    }

    @Test
    void whoeverGuessesFromElsewhereDoesNotKeepTheOwnerOut() throws Exception {
        AccountsFile file = new AccountsFile(state);
        file.put(new Account("admin", Role.OPERATE, PasswordHash.of(RIGHT, FEW_ITERATIONS)));
        LoginDesk desk = new LoginDesk(file, () -> nowNs, NOBODY);
        for (int i = 0; i < 5; i++) {
            assertFalse(desk.check("127.0.0.2", "admin", WRONG).isPresent());
        }
        assertThrows(LoginDesk.BusyException.class, () -> desk.check("127.0.0.2", "admin", WRONG));
        assertTrue(desk.check(HERE, "admin", RIGHT).isPresent());
    }

    @Test
    void allAddressesTogetherHaveARate() {
        WrongTries tries = new WrongTries();
        int taken = 0;
        for (int i = 0; i < 1_000; i++) {
            String address = "10.0." + i / 250 + "." + i % 250;
            if (!tries.tooMany(address, nowNs)) {
                tries.wrong(address, nowNs);
                taken++;
            }
        }
        assertEquals(10, taken, "at once");
        taken = 0;
        for (int second = 0; second < 60; second++) {
            nowNs += Duration.ofSeconds(1).toNanos();
            if (!tries.tooMany("10.1.0." + second, nowNs)) {
                tries.wrong("10.1.0." + second, nowNs);
                taken++;
            }
        }
        assertEquals(5, taken, "in a minute after that");
    }

    @Test
    void aHashOfAnEarlierVersionIsMadeAnewByTheFirstLoginAndNobodyIsLoggedOut() throws Exception {
        AccountsFile file = new AccountsFile(state);
        // As version 0.1.0 wrote it, of the password "right".
        file.put(new Account("guest", Role.VIEW, NOBODY));
        file.put(new Account("admin", Role.OPERATE, PasswordHash.parse(OLD)));
        long version = file.version();
        LoginDesk desk = new LoginDesk(file, () -> nowNs, NOBODY);

        assertFalse(desk.check(HERE, "admin", WRONG).isPresent());
        assertEquals(OLD, file.find("admin").orElseThrow().password().toString(), "a wrong password changes nothing");
        assertTrue(desk.check(HERE, "admin", RIGHT).isPresent());

        Account renewed = file.find("admin").orElseThrow();
        assertTrue(renewed.password().toString().startsWith("pbkdf2-sha512$210000$"), renewed.password().toString());
        assertEquals(Role.OPERATE, renewed.role());
        assertTrue(file.find("guest").isPresent());
        assertEquals(version, file.version());
        assertTrue(desk.check(HERE, "admin", RIGHT).isPresent());
        assertEquals(renewed, file.find("admin").orElseThrow(), "once is enough");
    }

    @Test
    void aPasswordThatIsChangedMeanwhileIsNotChangedBack() throws Exception {
        AccountsFile file = new AccountsFile(state);
        Account before = new Account("admin", Role.OPERATE, PasswordHash.parse(OLD));
        Account after = new Account("admin", Role.VIEW, NOBODY);
        file.put(before);
        file.put(after);

        assertFalse(file.renew(before, PasswordHash.of(RIGHT, FEW_ITERATIONS)));
        assertEquals(after, file.find("admin").orElseThrow());
    }

    @Test
    void anAddressThatWasQuietForLongStartsAnew() {
        WrongTries tries = new WrongTries();
        for (int i = 0; i < 5; i++) {
            tries.wrong(HERE, nowNs);
        }
        assertTrue(tries.tooMany(HERE, nowNs));
        nowNs += Duration.ofMinutes(11).toNanos();
        tries.wrong(HERE, nowNs);
        assertFalse(tries.tooMany(HERE, nowNs));
    }

    @Test
    void withoutAccountsNobodyGetsIn() throws Exception {
        assertFalse(new LoginDesk(new AccountsFile(state), () -> nowNs, NOBODY).check(HERE, "admin", "admin".toCharArray()).isPresent());
    }
}
