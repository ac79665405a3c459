package io.agentcgroup.gateway.internal;

import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.gateway.internal.call.WarmUp;
import io.agentcgroup.gateway.internal.control.Administration;
import io.agentcgroup.gateway.internal.control.AdministrationWarmUp;
import io.agentcgroup.gateway.internal.control.ControlGreeter;
import io.agentcgroup.gateway.internal.net.ResidentMemory;
import io.agentcgroup.gateway.internal.net.RunFolder;
import io.agentcgroup.gateway.internal.net.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The sockets, from the first to the last moment of this bundle. The engine comes and goes: while it is away, calls are
 * told to run without a domain.
 */
@Component(service = {}, immediate = true, configurationPid = "io.agentcgroup.gateway")
@Designate(ocd = GatewayConfig.class)
public final class Gateway {

    private static final String RUN_FOLDER = "agentcgroup.run";
    private static final String RUN_FOLDER_DEFAULT = "/run/agentcgroup";
    private static final int ROOT = 0;
    /** An administrator's request may end a session and wait for it; another one should not wait behind it. */
    private static final int ADMINISTRATION_THREADS = 4;
    private static final long ADMINISTRATION_IDLE_S = 10;

    private final ExecutorService workers;
    private final ExecutorService administrationWorkers;
    private final Server server;
    private final SessionSockets sessionSockets;
    private final ResidentMemory memory = new ResidentMemory();
    private final boolean memoryIsKept;
    private final ServiceRegistration<SessionListener> registration;
    private volatile ToolCalls toolCalls;

    @Activate
    public Gateway(BundleContext context, GatewayConfig config, @Reference Administration administration) throws IOException {
        GatewaySettings settings = GatewaySettings.of(config);
        workers = threads("agentcgroup-gateway-worker", settings.workers(), false);
        administrationWorkers = threads("agentcgroup-administration", ADMINISTRATION_THREADS, true);
        server = new Server(runFolder(context), "agentcgroup-gateway", settings.connectionsOfSession(),
                settings.connectionsOfUser());
        sessionSockets = new SessionSockets(server, () -> Optional.ofNullable(toolCalls), workers);
        AdministrationWarmUp.start(server, serveControl(administration).path());
        CompletionStage<Void> warm = new WarmUp(server, workers).start();
        memoryIsKept = config.memory_lock();
        if (memoryIsKept) {
            // Not before: it would make the start longer, whose pages are mostly not needed again.
            warm.thenRunAsync(memory::keep, workers);
        }
        registration = context.registerService(SessionListener.class, sessionSockets, null);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindToolCalls(ToolCalls engine) {
        toolCalls = engine;
    }

    void unbindToolCalls(ToolCalls engine) {
        if (toolCalls == engine) {
            toolCalls = null;
        }
        // Running calls belong to the engine that went; the next one adopts them, and their shims resume.
        sessionSockets.stopConnections();
    }

    @Deactivate
    void deactivate() {
        registration.unregister();
        server.close();
        workers.shutdown();
        administrationWorkers.shutdown();
        if (memoryIsKept) {
            memory.close();
        }
    }

    private Server.Socket serveControl(Administration administration) throws IOException {
        try {
            return server.serveApart(RunFolder.CONTROL, PosixFilePermissions.fromString("rw-------"), ROOT, ROOT,
                    new ControlGreeter(administration, sessionSockets::socketOf, administrationWorkers));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static Path runFolder(BundleContext context) {
        String folder = context.getProperty(RUN_FOLDER);
        return Path.of(folder == null || folder.isBlank() ? RUN_FOLDER_DEFAULT : folder);
    }

    private static ExecutorService threads(String name, int count, boolean endWhenIdle) {
        AtomicInteger made = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(count, count, ADMINISTRATION_IDLE_S, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(endWhenIdle);
        return pool;
    }
}
