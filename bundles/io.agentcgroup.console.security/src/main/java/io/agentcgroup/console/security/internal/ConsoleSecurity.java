package io.agentcgroup.console.security.internal;

import io.agentcgroup.console.security.accounts.Account;
import io.agentcgroup.console.security.accounts.AccountsFile;
import io.agentcgroup.console.security.accounts.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door of the console. A browser shows a cookie for everything, and a token as well for whatever changes something. The
 * token is in no page and no cookie: browsers send cookies to every port of a host, so that an agent's own server may get
 * to see one, and with that alone it can look, but change nothing.
 */
@Component(service = {SecurityProvider.class, ConsoleSecurity.class}, configurationPid = ConsoleSecurity.PID,
        property = SecurityProvider.PROPERTY_ID + "=" + ConsoleSecurity.PID)
@Designate(ocd = SecurityConfig.class)
public final class ConsoleSecurity implements SecurityProvider {

    static final String PID = "io.agentcgroup.console.security";

    /** What our pages send with each request that changes something. */
    static final String TOKEN_HEADER = "X-AgentCgroup-Token";
    /** Request attribute that tells pages whether they may offer an upload. */
    static final String UPLOAD_ATTRIBUTE = "io.agentcgroup.console.upload";
    /** Request attribute with the file of certificates that uploads are checked against; none: they are not. */
    static final String SIGNERS_ATTRIBUTE = "io.agentcgroup.console.upload.signers";
    /** The stream, which the browser opens again and again. */
    private static final String STREAM = ConsolePaths.OURS + "/live";

    /** What our pages send when they refresh themselves: nobody is there for it. */
    static final String BY_ITSELF_HEADER = "X-AgentCgroup-By-Itself";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSecurity.class);

    private final Settings settings;
    private final AccountsFile accounts;
    private final LoginDesk desk;
    private final LoginSessions sessions;

    /** @throws IllegalArgumentException if the configuration makes no sense; the console then stays closed */
    @Activate
    public ConsoleSecurity(SecurityConfig config, BundleContext context) {
        this(Settings.of(config), new AccountsFile(Path.of(
                Optional.ofNullable(context.getProperty("agentcgroup.state")).orElse("/var/lib/agentcgroup"))));
    }

    ConsoleSecurity(Settings settings, AccountsFile accounts) {
        this.settings = settings;
        this.accounts = accounts;
        this.desk = new LoginDesk(accounts, System::nanoTime);
        this.sessions = new LoginSessions(settings.sessionIdle(), settings.sessionMost(), System::nanoTime);
        if (settings.felixChanges() && settings.uploadSigners().isPresent()) {
            LOG.warn("felix.changes of {} has no effect while upload.signers is set", PID);
        }
    }

    /**
     * @param address where the request comes from
     * @return the new session, empty when name or password is wrong
     */
    Optional<LoginSessions.Opened> logIn(String address, String name, char[] password) throws IOException, LoginDesk.BusyException {
        long version = accounts.version();
        Optional<Account> account = desk.check(address, name, password);
        if (account.isEmpty()) {
            LOG.warn("a login was refused: wrong name or password");
        }
        return account.map(found -> sessions.open(found, version));
    }

    /** @return whether anybody can log in at all */
    boolean hasAccounts() throws IOException {
        return !accounts.read().isEmpty();
    }

    @Override
    public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
        try {
            return admit(request, response);
        } catch (IOException e) {
            LOG.error("a request cannot be answered: {}", e.getMessage());
            return null;
        }
    }

    private SignedIn admit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<SignedIn> who = signedIn(request);
        if (who.isEmpty()) {
            sendToLogin(request, response);
            return null;
        }
        Optional<String> refusal = refusal(who.get(), request);
        if (refusal.isPresent()) {
            Answers.refuse(response, HttpServletResponse.SC_FORBIDDEN, refusal.get());
            return null;
        }
        request.setAttribute(UPLOAD_ATTRIBUTE, settings.upload());
        request.setAttribute(SIGNERS_ATTRIBUTE, settings.uploadSigners().map(Path::toString).orElse(null));
        return who.get();
    }

    private Optional<SignedIn> signedIn(HttpServletRequest request) throws IOException {
        Optional<String> id = SessionCookie.read(request);
        boolean byItself = request.getHeader(BY_ITSELF_HEADER) != null || ConsolePaths.of(request).equals(STREAM);
        return id.isEmpty() ? Optional.empty() : sessions.find(id.get(), accounts.version(), !byItself);
    }

    private static void sendToLogin(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if ("navigate".equals(request.getHeader("Sec-Fetch-Mode")) || request.getHeader("Sec-Fetch-Mode") == null) {
            response.sendRedirect(ConsolePaths.LOGIN);
        } else {
            Answers.refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "log in first");
        }
    }

    /** @return why somebody who is logged in may not do this; empty when he may */
    private Optional<String> refusal(SignedIn who, HttpServletRequest request) {
        boolean change = RequestRules.changesSomething(request.getMethod());
        String path = ConsolePaths.of(request);
        boolean ours = ConsolePaths.isOurs(path) || path.equals(ConsolePaths.LOGOUT);
        if ((change || !ours) && !who.role().includes(Role.OPERATE)) {
            return Optional.of("this needs role operate; you have role " + who.role().label());
        }
        if (change && ours && !hasToken(who, request)) {
            return Optional.of("the request lacks the token of this login; load the page again");
        }
        if (change && !ours && !settings.felixChanges()) {
            return Optional.of("changes by the pages of the Felix Web Console are turned off; property felix.changes of " + PID + " turns them on");
        }
        if (change && !ours && settings.uploadSigners().isPresent()) {
            // They check no signatures, and whoever may change any configuration there may change who has to sign.
            return Optional.of("changes by the pages of the Felix Web Console are turned off while upload.signers of " + PID
                    + " is set: they could get around it; upload on the page Policies");
        }
        if (change && !settings.upload() && isUpload(request)) {
            return Optional.of("upload is turned off; property upload of " + PID + " turns it on");
        }
        return Optional.empty();
    }

    private static boolean hasToken(SignedIn who, HttpServletRequest request) {
        String token = request.getHeader(TOKEN_HEADER);
        return token != null && MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), who.token().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isUpload(HttpServletRequest request) {
        String type = String.valueOf(request.getContentType());
        return type.startsWith("multipart/") || type.startsWith("application/java-archive") || type.startsWith("application/octet-stream");
    }

    @Override
    public boolean authorize(Object user, String role) {
        try {
            return user instanceof SignedIn who && who.role().includes(Role.of(role));
        } catch (IllegalArgumentException e) {
            LOG.debug("asked for a role that there is not: {}", role);
            return false;
        }
    }

    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        SessionCookie.read(request).ifPresent(sessions::end);
        SessionCookie.clear(request, response);
        try {
            response.sendRedirect(ConsolePaths.LOGIN);
        } catch (IOException e) {
            LOG.debug("the browser is gone: {}", e.getMessage());
        }
    }
}
