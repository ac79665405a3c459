package io.agentcgroup.gateway.internal;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.gateway.internal.call.WarmUp;
import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.net.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Not a test: prints how long a client waits for its grant. Arguments: inline or workers, idle connections, calls. */
final class LatencyBench {

    private LatencyBench() {
    }

    public static void main(String[] args) throws Exception {
        boolean inline = args[0].equals("inline");
        int idle = Integer.parseInt(args[1]);
        int calls = Integer.parseInt(args[2]);
        Path folder = Files.createTempDirectory("agentcgroup-bench");
        FakeEngine engine = new FakeEngine(Client.openDirectory(folder));
        engine.remember = false;
        ExecutorService pool = Executors.newFixedThreadPool(4);
        Executor workers = inline ? Runnable::run : pool;
        try (Server server = new Server(folder.resolve("run"), "agentcgroup-gateway", 4096, 4096)) {
            new WarmUp(server, workers).start();
            SessionSockets sockets = new SessionSockets(server, () -> Optional.of(engine), workers);
            Path socket = Path.of(sockets.socketOf(new Session(new SessionName("bench"), Priority.NORMAL, 0, 0,
                    OptionalLong.empty(), OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.now())).orElseThrow());
            Thread.sleep(500);
            List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < idle; i++) {
                waiting.add(granted(socket));
            }
            System.out.printf("%s, %d idle: ", args[0], idle);
            measure(socket, calls);
            waiting.forEach(Client::close);
        }
        pool.shutdown();
    }

    private static Client granted(Path socket) throws Exception {
        Client client = new Client(socket);
        client.write(Messages.open("true"));
        client.read();
        Client.closeDescriptor(client.takeDescriptor());
        client.write(Messages.started(1));
        return client;
    }

    private static void measure(Path socket, int calls) throws Exception {
        byte[] open = Messages.open("cd /work && pytest -x tests/unit --maxfail=1");
        long[] answer = new long[calls];
        long[] all = new long[calls];
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            try (Client client = new Client(socket)) {
                long connected = System.nanoTime();
                client.write(open);
                client.read();
                answer[i] = System.nanoTime() - connected;
                Client.closeDescriptor(client.takeDescriptor());
                client.write(Messages.started(1));
                client.write(Messages.exited(0));
                client.read();
                all[i] = System.nanoTime() - began;
            }
            if (i % 10 == 9) {
                Thread.sleep(1);
            }
        }
        Arrays.sort(answer);
        Arrays.sort(all);
        System.out.printf("CALL_OPEN to GRANT p50 %d us, p95 %d, p99 %d; whole call p50 %d us%n",
                answer[calls / 2] / 1000, answer[calls * 95 / 100] / 1000, answer[calls * 99 / 100] / 1000,
                all[calls / 2] / 1000);
    }
}
