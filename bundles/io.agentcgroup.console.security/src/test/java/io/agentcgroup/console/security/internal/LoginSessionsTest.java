package io.agentcgroup.console.security.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.PasswordHash;
import io.agentcgroup.console.security.accounts.Role;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginSessionsTest {

    private static final long MINUTE_NS = Duration.ofMinutes(1).toNanos();
    private static final Account ADMIN = new Account("admin", Role.OPERATE, PasswordHash.parse("pbkdf2-sha256$1$AAAA$AAAA"));

    private long nowNs = Long.MAX_VALUE - 5 * MINUTE_NS;
    private final LoginSessions sessions = new LoginSessions(Duration.ofMinutes(30), Duration.ofHours(12), () -> nowNs);

    @Test
    void aSessionLastsWhileItIsUsed() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        for (int i = 0; i < 20; i++) {
            nowNs += 20 * MINUTE_NS;
            assertEquals(Optional.of(opened.who()), sessions.find(opened.id(), 1, true));
        }
    }

    @Test
    void aSessionThatIsNotUsedIsOver() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        nowNs += 31 * MINUTE_NS;
        assertEquals(Optional.empty(), sessions.find(opened.id(), 1, true));
    }

    @Test
    void aPageThatRefreshesItselfKeepsNoSession() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        nowNs += 20 * MINUTE_NS;
        assertTrue(sessions.find(opened.id(), 1, false).isPresent());
        nowNs += 20 * MINUTE_NS;
        assertFalse(sessions.find(opened.id(), 1, false).isPresent());
    }

    @Test
    void noSessionLastsForEver() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        for (int i = 0; i < 36; i++) {
            nowNs += 20 * MINUTE_NS;
            sessions.find(opened.id(), 1, true);
        }
        nowNs += MINUTE_NS;
        assertEquals(Optional.empty(), sessions.find(opened.id(), 1, true));
    }

    @Test
    void changedAccountsEndAllSessions() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        assertEquals(Optional.empty(), sessions.find(opened.id(), 2, true));
    }

    @Test
    void logInsAreLimitedAndTheLeastUsedGoes() {
        LoginSessions.Opened first = sessions.open(ADMIN, 1);
        for (int i = 0; i < 64; i++) {
            nowNs++;
            sessions.open(ADMIN, 1);
        }
        assertEquals(Optional.empty(), sessions.find(first.id(), 1, true));
    }

    @Test
    void idAndTokenTellNothingOfEachOther() {
        LoginSessions.Opened opened = sessions.open(ADMIN, 1);
        assertNotEquals(opened.id(), opened.who().token());
        assertFalse(opened.who().toString().contains(opened.who().token()), "a token in a log");
    }
}
