package io.agentcgroup.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one agent: its program, its script, and the small project that it works on.
 *
 * @param program the agent
 * @param script what it does
 * @param project its working directory
 */
record Workspace(Path program, Path script, Path project) {

    private static final List<String> PROJECT = List.of("src/tally.c", "tests/test_tally.py", "tools/check_all.py",
            "tools/index.py", "tools/preview.py", "tools/spread.pl");

    /** @param folder is made */
    static Workspace create(Path folder, AgentSpec agent) throws IOException {
        Path project = Files.createDirectories(folder).resolve("project");
        for (String file : PROJECT) {
            Path target = project.resolve(file);
            Files.createDirectories(target.getParent());
            unpack("workspace/" + file, target);
        }
        Path program = folder.resolve("agent.py");
        unpack("agent.py", program);
        Path script = Files.writeString(folder.resolve("script.json"), agent.script());
        return new Workspace(program, script, project);
    }

    List<String> command() {
        return List.of("python3", program.toString(), script.toString(), project.toString());
    }

    private static void unpack(String resource, Path target) throws IOException {
        try (InputStream in = Workspace.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the demo was built without " + resource);
            }
            Files.copy(in, target);
        }
    }
}
