package io.agentcgroup.console.security.internal;

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

    private static final char[] RIGHT = "right".toCharArray();
    private static final char[] WRONG = "wrong".toCharArray();

    @TempDir
    private Path state;
    private long nowNs;

    @Test
    void whoeverGuessesHasToWaitAndTheOwnerGetsInAfterwards() throws Exception {
        AccountsFile file = new AccountsFile(state);
        file.put(new Account("admin", Role.OPERATE, PasswordHash.of(RIGHT)));
        LoginDesk desk = new LoginDesk(file, () -> nowNs);
        for (int i = 0; i < 5; i++) {
            assertFalse(desk.check(i % 2 == 0 ? "admin" : "nobody", WRONG).isPresent());
        }
        assertThrows(LoginDesk.BusyException.class, () -> desk.check("admin", RIGHT));
        nowNs += Duration.ofSeconds(5).toNanos();
        assertTrue(desk.check("admin", RIGHT).isPresent());
        assertTrue(desk.check("admin", RIGHT).isPresent());
    }

    @Test
    void withoutAccountsNobodyGetsIn() throws Exception {
        assertFalse(new LoginDesk(new AccountsFile(state), () -> nowNs).check("admin", "admin".toCharArray()).isPresent());
    }
}
