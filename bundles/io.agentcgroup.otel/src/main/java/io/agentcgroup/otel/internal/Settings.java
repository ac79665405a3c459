package io.agentcgroup.otel.internal;

import io.agentcgroup.api.PrintableText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The configuration, checked.
 *
 * @param headers may be secret
 */
record Settings(URI endpoint, String serviceName, Map<String, String> headers, int queue, boolean commands) {

    private static final int LONGEST_SERVICE_NAME = 128;
    /** Room for the calls of a second, at least. */
    private static final int LEAST_QUEUE = 16;
    /** At two or three kilobytes a span some 40 MB of a heap that has 64 by default: more is nobody's wish. */
    private static final int MOST_QUEUE = 16_384;
    /** A token, as RFC 9110 has it. */
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]*");

    /** @throws IllegalArgumentException with the property's name and what it may be; never with the value of a header */
    static Settings of(OtelConfig config) {
        String name = config.service_name().strip();
        if (name.isEmpty() || name.length() > LONGEST_SERVICE_NAME) {
            throw new IllegalArgumentException("service.name has 1 to " + LONGEST_SERVICE_NAME + " characters, not " + name.length());
        }
        if (config.queue() < LEAST_QUEUE || config.queue() > MOST_QUEUE) {
            throw new IllegalArgumentException("queue is " + LEAST_QUEUE + " to " + MOST_QUEUE + ", not " + config.queue());
        }
        return new Settings(endpoint(config.endpoint().strip()), name, headers(config.headers()), config.queue(), config.commands());
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, in the same words.
        }
        throw new IllegalArgumentException("endpoint is empty or an address with its path, such as http://127.0.0.1:4318/v1/traces, not \""
                + PrintableText.escape(text, LONGEST_SERVICE_NAME) + "\"");
    }

    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text.split(",")) {
            int equals = header.indexOf('=');
            String name = equals < 0 ? header.strip() : header.substring(0, equals).strip();
            String value = header.substring(equals + 1).strip();
            if (name.isEmpty() && equals < 0) {
                continue;
            }
            if (equals < 0 || !HEADER_NAME.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("headers is name=value, several separated by commas; header " + (headers.size() + 1) + " is not");
            }
            headers.put(name, value);
        }
        return Map.copyOf(headers);
    }
}
