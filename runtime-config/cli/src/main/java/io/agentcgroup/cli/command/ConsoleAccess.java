package io.agentcgroup.cli.command;

import java.io.IOException;

import io.agentcgroup.cli.Place;
import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.PasswordHash;
import io.agentcgroup.console.security.accounts.Passwords;
import io.agentcgroup.console.security.accounts.Role;
import io.agentcgroup.launcher.Settings;

/** Accounts of the web console. A password is made up here and shown on this terminal; the daemon only ever sees its hash. */
final class ConsoleAccess {

    /** Who there is at the first start. */
    static final String FIRST_USER = "admin";

    private static final String HOST = "org.apache.felix.http.host";
    private static final String PORT = "org.osgi.service.http.port";

    private ConsoleAccess() {
    }

    /** Says where the console is, and at the first start how to get in. */
    static void introduce(Place place, Settings settings) throws IOException {
        System.out.println("Web console: http://" + settings.properties().getOrDefault(HOST, "127.0.0.1") + ":"
                + settings.properties().getOrDefault(PORT, "8181") + "/");
        if (new AccountsFile(place.state()).read().isEmpty()) {
            setPassword(place, FIRST_USER, Role.OPERATE);
        }
    }

    /** Makes the account, or gives it another password. */
    static void setPassword(Place place, String user, Role role) throws IOException {
        char[] password = Passwords.generate();
        new AccountsFile(place.state()).put(new Account(user, role, PasswordHash.of(password)));
        System.out.println("User " + user + " (" + role.label() + "), password " + new String(password)
                + "  - shown this once, only its hash is kept; another one: agentcgroup password");
    }
}
