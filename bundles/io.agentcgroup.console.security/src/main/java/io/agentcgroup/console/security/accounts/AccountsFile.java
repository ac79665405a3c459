package io.agentcgroup.console.security.accounts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The accounts on disk, readable by root only: {@code secrets/console-accounts} in the state folder, a line
 * {@code name:role:hash} each. Read anew at each login, so that a change counts at once.
 */
public final class AccountsFile {

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path file;

    /** @param state the daemon's state folder */
    public AccountsFile(Path state) {
        this.file = state.resolve("secrets").resolve("console-accounts");
    }

    public Path path() {
        return file;
    }

    /** @return all accounts; none when there is no file yet */
    public List<Account> read() throws IOException {
        List<Account> accounts = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    accounts.add(account(line));
                }
            }
        }
        return accounts;
    }

    public Optional<Account> find(String name) throws IOException {
        return read().stream().filter(account -> account.name().equals(name)).findFirst();
    }

    /** Says when it was changed last, so that whoever is logged in can be asked again; 0 when there is none. */
    public long version() throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
    }

    /** Adds the account, or replaces the one of its name. */
    public synchronized void put(Account account) throws IOException {
        try (FileChannel lock = lock()) {
            write(lines(account), Optional.empty());
        }
    }

    /**
     * Replaces an account by one that is the same to everybody: the file keeps its {@link #version()}, so nobody has to log in again.
     *
     * @param known the account as it was when its password was checked; if it has changed since, nothing happens
     * @return whether it was replaced
     */
    public synchronized boolean renew(Account known, PasswordHash password) throws IOException {
        try (FileChannel lock = lock()) {
            boolean same = find(known.name()).filter(known::equals).isPresent();
            if (same) {
                write(lines(new Account(known.name(), known.role(), password)), Optional.of(Files.getLastModifiedTime(file)));
            }
            return same;
        }
    }

    /** Between daemon and command line; let go when it is closed. */
    private FileChannel lock() throws IOException {
        Files.createDirectories(file.getParent(), PRIVATE_FOLDER);
        FileChannel channel = FileChannel.open(file.resolveSibling("console-accounts.lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PRIVATE_FILE);
        try {
            channel.lock();
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private List<String> lines(Account account) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Account other : read()) {
            if (!other.name().equals(account.name())) {
                lines.add(line(other));
            }
        }
        lines.add(line(account));
        return lines;
    }

    private void write(List<String> lines, Optional<FileTime> modified) throws IOException {
        // Private from its first moment on, and never half written.
        Path written = Files.createTempFile(file.getParent(), "accounts", ".new", PRIVATE_FILE);
        try {
            Files.write(written, lines);
            if (modified.isPresent()) {
                Files.setLastModifiedTime(written, modified.get());
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static String line(Account account) {
        return account.name() + ":" + account.role().label() + ":" + account.password();
    }

    private Account account(String line) throws IOException {
        String[] parts = line.split(":", 3);
        try {
            if (parts.length == 3) {
                return new Account(parts[0], Role.of(parts[1]), PasswordHash.parse(parts[2]));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has a line that is no account: " + e.getMessage(), e);
        }
        throw new IOException(file + " has a line that is no account: not of the form name:role:hash");
    }
}
