package io.agentcgroup.harness;

import io.agentcgroup.vm.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder that goes away with all that is in it. Its name is short: sockets lie in it. */
public final class Scratch implements AutoCloseable {

    private final Path folder;

    public Scratch() throws IOException {
        folder = Files.createTempDirectory("acg");
    }

    public Path folder() {
        return folder;
    }

    /** @return a new folder in it */
    public Path folder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
