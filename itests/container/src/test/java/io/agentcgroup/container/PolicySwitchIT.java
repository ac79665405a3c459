package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

import io.agentcgroup.launcher.Container;
import io.agentcgroup.launcher.LaunchPlan;
import io.agentcgroup.launcher.Layout;

/** What an operator chose is chosen, whatever is started anew. */
class PolicySwitchIT {

    private static final String ROOT = "agentcgroup-policy-" + ProcessHandle.current().pid();
    private static final List<String> FEATURES = List.of("core", "enforcement", "calls", "intents", "policies", "shell");

    @TempDir
    private Path folder;
    private Layout layout;
    private Container container;

    @BeforeEach
    void start() throws Exception {
        layout = new Layout(Instance.home(), folder.resolve("conf"), folder.resolve("run"), folder.resolve("state"));
        layout.create();
        Files.createDirectories(layout.conf());
        System.setProperty("jna.tmpdir", layout.temporary().toString());
        restart();
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
        Instance.deletePins(ROOT);
    }

    @Test
    void whatTheShellChoseDecidesAtOnceAndAfterTheFrameworkWasStartedAnew() throws Exception {
        assertEquals("RANKING graduated", decides());

        shell("agentcgroup:policy use fixed");
        assertEquals("OPERATOR fixed", decides());
        restart();
        assertEquals("OPERATOR fixed", decides());

        shell("agentcgroup:policy roll-back");
        assertEquals("RANKING graduated", decides());
        restart();
        assertEquals("RANKING graduated", decides());
    }

    @Test
    void configurationThatIsChangedLaterCountsMoreThanTheChoice() throws Exception {
        shell("agentcgroup:policy use graduated");
        Files.writeString(layout.conf().resolve("io.agentcgroup.engine.cfg"), "policy = fixed\n");
        restart();

        assertEquals("CONFIGURATION fixed", decides());
    }

    private void restart() throws Exception {
        if (container != null) {
            container.close();
        }
        container = Container.start(layout, LaunchPlan.read(layout, FEATURES), Map.of("agentcgroup.root", ROOT));
    }

    /** Whose word it is, and the policy that the engine asks first. */
    private String decides() throws Exception {
        Object choice = service("io.agentcgroup.api.engine.PolicySwitch", "choice");
        for (Object plugin : (List<?>) service("io.agentcgroup.api.engine.Plugins", "plugins")) {
            if (Boolean.TRUE.equals(field(plugin, "inUse"))) {
                String implementation = String.valueOf(field(plugin, "implementation"));
                assertTrue(implementation.toLowerCase().contains(String.valueOf(((List<?>) field(choice, "candidates")).get(0))), implementation);
                return field(choice, "source") + " " + ((List<?>) field(choice, "candidates")).get(0);
            }
        }
        throw new AssertionError("no policy is in use");
    }

    private void shell(String line) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Object processor = get("org.apache.felix.service.command.CommandProcessor");
        Class<?> type = processor.getClass();
        Object session = type.getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
                .invoke(processor, new ByteArrayInputStream(new byte[0]), out, out);
        session.getClass().getMethod("execute", CharSequence.class).invoke(session, line);
    }

    private Object service(String type, String question) throws Exception {
        Object service = get(type);
        return service.getClass().getMethod(question).invoke(service);
    }

    /** Its classes belong to its bundle, not to this test, so methods go by name. */
    private Object get(String type) throws Exception {
        BundleContext context = container.context();
        ServiceReference<?>[] found = context.getAllServiceReferences(type, null);
        return context.getService(found[0]);
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        return of.getClass().getMethod(name).invoke(of);
    }
}
