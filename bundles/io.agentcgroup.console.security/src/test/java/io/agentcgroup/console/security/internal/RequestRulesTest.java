package io.agentcgroup.console.security.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.console.security.internal.RequestRules.Claims;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestRulesTest {

    private static final String HOST = "127.0.0.1:8181";
    private static final String ORIGIN = "http://" + HOST;
    private static final String PATH = "/system/console/agentcgroup/api/end";

    private final RequestRules rules = new RequestRules(Set.of("127.0.0.1", "localhost", "[::1]"));

    @Test
    void theConsolesOwnPagesMayChangeThings() {
        assertEquals(Optional.empty(), rules.refusal(post(HOST, ORIGIN, "same-origin")));
        assertEquals(Optional.empty(), rules.refusal(post(HOST, ORIGIN, null)), "a browser without Sec-Fetch-Site");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "http://evil.example, cross-site",
        // A server of an agent on another port: the same site, with the same cookies, but not the same origin.
        "http://127.0.0.1:3000, same-site",
        "http://127.0.0.1:3000, -",
        "http://127.0.0.1:8181.evil.example, -",
        "https://127.0.0.1:8181, -",
        "null, cross-site",
        "-, -",
        "-, none"})
    void nobodyElsesMay(String origin, String site) {
        assertTrue(rules.refusal(post(HOST, origin, site)).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8181", "127.0.0.1.evil.example", "", "[::1", "localhost.evil.example"})
    void aForeignNameOfThisHostIsRefused(String host) {
        assertTrue(rules.refusal(get(host, "/login", "none", "navigate")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost:8181", "LOCALHOST:8181", "[::1]:8181"})
    void theLoopbackNamesAreKnown(String host) {
        assertEquals(Optional.empty(), rules.refusal(get(host, "/login", "none", "navigate")));
    }

    @Test
    void anotherSiteMayLinkButNotLoad() {
        assertEquals(Optional.empty(), rules.refusal(get(HOST, "/login", "cross-site", "navigate")));
        assertTrue(rules.refusal(get(HOST, PATH, "cross-site", "no-cors")).isPresent());
        assertTrue(rules.refusal(get(HOST, PATH, "same-site", "cors")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/system/console/agentcgroup/../bundles", "/system/console/agentcgroup;x=/bundles", "/system/console//bundles",
        "/system/console/%61gentcgroup", "/system/console/agentcgroup/..", "\\system", ""})
    void aPathWithASecondReadingIsRefused(String path) {
        assertTrue(rules.refusal(get(HOST, path, "none", "navigate")).isPresent());
    }

    private static Claims post(String host, String origin, String site) {
        return new Claims("POST", PATH, "http", host, origin, site, "cors");
    }

    private static Claims get(String host, String path, String site, String mode) {
        return new Claims("GET", path, "http", host, null, site, mode);
    }
}
