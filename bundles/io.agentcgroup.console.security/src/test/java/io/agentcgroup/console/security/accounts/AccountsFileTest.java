package io.agentcgroup.console.security.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsFileTest {

    private static final char[] PASSWORD = "correct horse".toCharArray();
    private static final int FEW_ITERATIONS = 1_000;

    @TempDir
    private Path state;
    private AccountsFile file;

    @BeforeEach
    void begin() {
        file = new AccountsFile(state);
    }

    @Test
    void whatIsPutIsFoundAgainAndKnowsItsPassword() throws IOException {
        file.put(account("admin", Role.OPERATE));
        file.put(account("guest", Role.VIEW));
        Account found = new AccountsFile(state).find("admin").orElseThrow();
        assertEquals(Role.OPERATE, found.role());
        assertTrue(found.password().matches(PASSWORD));
        assertFalse(found.password().matches("correct horsf".toCharArray()));
        assertEquals(List.of("admin", "guest"), file.read().stream().map(Account::name).toList());
    }

    @Test
    void thePasswordIsNotInTheFileAndOnlyRootCanReadIt() throws IOException {
        file.put(account("admin", Role.OPERATE));
        assertFalse(Files.readString(file.path()).contains("correct"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    }

    @Test
    void anotherPasswordTakesThePlaceOfTheFirst() throws IOException {
        file.put(account("admin", Role.OPERATE));
        file.put(new Account("admin", Role.VIEW, PasswordHash.of("new".toCharArray(), FEW_ITERATIONS)));
        assertEquals(1, file.read().size());
        assertFalse(file.find("admin").orElseThrow().password().matches(PASSWORD));
    }

    @Test
    void equalPasswordsHaveDifferentHashes() {
        assertNotEquals(PasswordHash.of(PASSWORD, FEW_ITERATIONS).toString(), PasswordHash.of(PASSWORD, FEW_ITERATIONS).toString());
    }

    @Test
    void aLineThatIsNoAccountLetsNobodyIn() throws IOException {
        file.put(account("admin", Role.OPERATE));
        Files.writeString(file.path(), "admin:root:plain\n");
        assertThrows(IOException.class, () -> file.find("admin"));
    }

    @Test
    void madeUpPasswordsDiffer() {
        String one = new String(Passwords.generate());
        assertTrue(one.matches("([a-z2-9]{4}-){4}[a-z2-9]{4}"), one);
        assertNotEquals(one, new String(Passwords.generate()));
    }

    private static Account account(String name, Role role) {
        return new Account(name, role, PasswordHash.of(PASSWORD, FEW_ITERATIONS));
    }
}
