package io.agentcgroup.cli.command;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup password}. */
@Command(name = "password", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Make up a password for a user of the web console, and show it once.",
        footer = {"", "Whoever is logged in at the console has to log in again."})
public final class PasswordCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--user", paramLabel = "NAME", defaultValue = ConsoleAccess.FIRST_USER,
            description = "Whose; a new one is added. Default: ${DEFAULT-VALUE}.")
    private String user;

    @Option(names = "--role", paramLabel = "ROLE",
            description = "view: look; operate: look and act. Default: as it was, operate for a new user.")
    private String role;

    @Override
    public Integer call() throws IOException {
        Place place = Place.current();
        try {
            Optional<Account> there = new AccountsFile(place.state()).find(user);
            Role wanted = role != null ? Role.of(role) : there.map(Account::role).orElse(Role.OPERATE);
            ConsoleAccess.setPassword(place, user, wanted);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), e);
        }
        return 0;
    }
}
