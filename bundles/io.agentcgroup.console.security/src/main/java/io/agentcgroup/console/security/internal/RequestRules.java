package io.agentcgroup.console.security.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a browser says about where a request comes from, and whether that may be. Another page that the operator has open, a server of
 * an agent on another port of this host among them, can make the browser send requests with the operator's cookie: cookies know
 * no ports. What such a page cannot do is say another origin than its own.
 */
final class RequestRules {

    /** Letters of plain paths only: no dots that climb, no second slash, no parameters, nothing encoded. */
    private static final Pattern PLAIN_PATH = Pattern.compile("/|(/[A-Za-z0-9_.~@:$,=+!*'()-]+)+/?");
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");
    private static final String SAME_ORIGIN = "same-origin";
    /** The address bar, a bookmark. */
    private static final String BY_HAND = "none";

    private final Set<String> hosts;

    RequestRules(Set<String> hosts) {
        this.hosts = hosts;
    }

    /** What a request says about itself; null for a header that is not there. */
    record Claims(String method, String path, String scheme, String host, String origin, String fetchSite, String fetchMode) {
    }

    static boolean changesSomething(String method) {
        return !SAFE_METHODS.contains(method);
    }

    /** @return why it is refused; empty when it is not */
    Optional<String> refusal(Claims claims) {
        if (claims.host() == null || !hosts.contains(hostName(claims.host()))) {
            return Optional.of("the console is not known under this host name; property hosts of io.agentcgroup.console.security names more");
        }
        if (!PLAIN_PATH.matcher(claims.path()).matches() || climbs(claims.path())) {
            return Optional.of("a path of plain letters is expected");
        }
        return changesSomething(claims.method()) ? refusalOfChange(claims) : refusalOfLook(claims);
    }

    private static Optional<String> refusalOfChange(Claims claims) {
        if (claims.fetchSite() != null && !claims.fetchSite().equals(SAME_ORIGIN)) {
            return Optional.of("a page of another site cannot change anything here");
        }
        String own = claims.scheme() + "://" + claims.host();
        if (!own.equalsIgnoreCase(claims.origin())) {
            return Optional.of("a request that changes something has to name this console as its origin");
        }
        return Optional.empty();
    }

    /** Another site may link here; it may not embed, load or read. */
    private static Optional<String> refusalOfLook(Claims claims) {
        boolean foreign = claims.fetchSite() != null && !claims.fetchSite().equals(SAME_ORIGIN) && !claims.fetchSite().equals(BY_HAND);
        boolean link = "navigate".equals(claims.fetchMode());
        return foreign && !link ? Optional.of("a page of another site can link here, nothing else") : Optional.empty();
    }

    private static boolean climbs(String path) {
        return path.endsWith("/..") || path.contains("/../") || path.endsWith("/.") || path.contains("/./");
    }

    /** @return the name without the port, in small letters; an IPv6 address with its brackets */
    static String hostName(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        return (end > 0 ? host.substring(0, end) : host).toLowerCase(Locale.ROOT);
    }
}
