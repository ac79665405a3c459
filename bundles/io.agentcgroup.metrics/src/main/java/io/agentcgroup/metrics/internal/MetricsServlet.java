package io.agentcgroup.metrics.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.journal.Journal;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** {@code /metrics}. Everything is read when a scraper asks; in between nothing runs. */
@Component(service = Servlet.class, configurationPid = "io.agentcgroup.metrics", property = "osgi.http.whiteboard.servlet.pattern=/metrics")
@Designate(ocd = MetricsConfig.class)
public final class MetricsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    /** Made up by the launcher at the first start. */
    private static final String TOKEN = "io.agentcgroup.metrics.token";

    private final boolean open;
    private final byte[] authorization;
    private final String version;
    private final transient PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile Sessions sessions;

    @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile Map<String, Object> engineProperties;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile ToolCalls toolCalls;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile Plugins plugins;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile CgroupTree tree;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile Journal journal;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    transient volatile KernelAccounts accounts;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    final transient List<Enforcer> enforcers = new CopyOnWriteArrayList<>();

    /** @throws IllegalStateException if there is neither a token nor leave to do without */
    @Activate
    public MetricsServlet(MetricsConfig config, BundleContext context) {
        String token = context.getProperty(TOKEN);
        if (token == null && !config.open()) {
            throw new IllegalStateException("framework property " + TOKEN + " is not set, and property open is false");
        }
        open = config.open();
        authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        version = context.getBundle().getVersion().toString();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!open && !hasToken(request)) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"metrics\"");
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "the token is in secrets/metrics of the state folder");
            return;
        }
        response.setContentType(writer.getContentType());
        writer.write(response.getOutputStream(), collect().snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
    }

    private boolean hasToken(HttpServletRequest request) {
        String shown = request.getHeader("Authorization");
        return shown != null && MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), authorization);
    }

    private Metrics collect() {
        Metrics metrics = new Metrics();
        Sources sources = new Sources(metrics);
        sources.host(version, enforcers, engineProperties);
        CgroupTree built = tree;
        Sessions open = sessions;
        ToolCalls gate = toolCalls;
        try {
            if (built != null) {
                sources.tree(built);
            }
            if (open != null) {
                sources.sessions(open.list());
            }
            if (gate != null) {
                sources.calls(gate);
            }
        } catch (CgroupException | IllegalStateException e) {
            // It is just going away; the scraper sees what there still is, and that this failed.
            metrics.gauge("scrape_error", "1 if something could not be read", 1);
        }
        counters(sources);
        return metrics;
    }

    private void counters(Sources sources) {
        Journal past = journal;
        if (past != null) {
            sources.counters("", past.counters());
        }
        KernelAccounts kernel = accounts;
        if (kernel != null) {
            sources.counters("", kernel.counters());
        }
        Plugins asked = plugins;
        if (asked != null) {
            sources.plugins(asked.plugins());
        }
    }
}
