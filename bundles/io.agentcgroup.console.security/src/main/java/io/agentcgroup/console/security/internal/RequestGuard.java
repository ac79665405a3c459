package io.agentcgroup.console.security.internal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands before everything that is served: headers on every answer, and no request that somebody else's page made. */
@Component(service = Preprocessor.class, configurationPid = ConsoleSecurity.PID)
public final class RequestGuard implements Preprocessor {

    private static final Logger LOG = LoggerFactory.getLogger(RequestGuard.class);

    private final RequestRules rules;

    @Activate
    public RequestGuard(SecurityConfig config) {
        rules = new RequestRules(Settings.of(config).hosts());
    }

    @Override
    public void init(FilterConfig config) {
        // Configured by Config Admin.
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        ResponseHeaders.set(ConsolePaths.of(asked), answer);
        Optional<String> refusal = rules.refusal(claims(asked));
        if (refusal.isPresent()) {
            LOG.debug("refused: {}", refusal.get());
            Answers.refuse(answer, HttpServletResponse.SC_FORBIDDEN, refusal.get());
        } else {
            chain.doFilter(request, response);
        }
    }

    private static RequestRules.Claims claims(HttpServletRequest request) {
        return new RequestRules.Claims(request.getMethod(), ConsolePaths.of(request), request.getScheme(), request.getHeader("Host"),
                request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"), request.getHeader("Sec-Fetch-Mode"));
    }

    @Override
    public void destroy() {
        // Holds nothing.
    }
}
