package io.agentcgroup.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect: tried by processes of other users. */
@Timeout(60)
class SocketRightsTest {

    private static final int OWNER = 61_234;
    private static final int STRANGER = 61_235;

    @TempDir
    private Path folder;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can become somebody else");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        gateway = new TestGateway(folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theSessionsUserAndHisGroupMayCallAndNobodyElse() throws Exception {
        Path socket = Path.of(gateway.sockets.socketOf(TestGateway.session("agent-1", OWNER)).orElseThrow());
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals(OWNER, Files.getAttribute(socket, "unix:uid"));
        assertEquals(OWNER, Files.getAttribute(socket, "unix:gid"));
        assertEquals("connected", connectAs(OWNER, OWNER, socket));
        assertEquals("connected", connectAs(STRANGER, OWNER, socket));
        assertEquals("refused: Permission denied", connectAs(STRANGER, STRANGER, socket));
    }

    @Test
    void nobodyButUsMayEnterWhereSocketsAreMadeOrPutOneInTheFolder() throws Exception {
        Path run = gateway.sockets.socketOf(TestGateway.session("agent-1", OWNER)).map(Path::of).orElseThrow().getParent();
        assertEquals("denied", shellAs(OWNER, "ls " + run.resolve(".new") + " >/dev/null 2>&1 || echo denied"));
        assertEquals("denied", shellAs(OWNER, "touch " + run.resolve("x.sock") + " 2>/dev/null || echo denied"));
        assertEquals("denied", shellAs(OWNER, "rm -f " + run.resolve("agent-1.sock") + " 2>/dev/null || echo denied"));
    }

    @Test
    void aSessionCannotTakeTheAdministrationsSocket() {
        assertFalse(gateway.sockets.socketOf(TestGateway.session("control", OWNER)).isPresent());
    }

    /** Another user's process cannot read our class path: it gets the one class that it needs in a folder that it can. */
    private String connectAs(int uid, int gid, Path socket) throws Exception {
        String name = Connector.class.getName().replace('.', '/') + ".class";
        Path copy = folder.resolve("classes").resolve(name);
        if (!Files.exists(copy)) {
            Files.createDirectories(copy.getParent());
            try (InputStream in = Connector.class.getClassLoader().getResourceAsStream(name)) {
                Files.copy(in, copy);
            }
        }
        return run(uid, gid, List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xshare:auto",
                "-cp", folder.resolve("classes").toString(), Connector.class.getName(), socket.toString()));
    }

    private static String shellAs(int uid, String script) throws Exception {
        return run(uid, uid, List.of("sh", "-c", script));
    }

    private static String run(int uid, int gid, List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
        all.addAll(command);
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(true, process.waitFor(20, TimeUnit.SECONDS));
        return output;
    }
}
