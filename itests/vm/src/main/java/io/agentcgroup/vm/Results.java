package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks what a guest left in {@code /results}. */
final class Results {

    private Results() {
    }

    /**
     * Unpacks an archive into a folder. The archive comes out of a machine in which anything may have run: nothing in it
     * gets outside the folder, and no file gets another owner or special rights.
     */
    static void unpack(Path archive, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        // GNU tar itself refuses "..", makes absolute names relative and creates symbolic links last.
        HostTool.of("tar", "-x", "-f", archive.toString(), "-C", folder.toString(),
                "--no-same-owner", "--no-same-permissions", "--no-overwrite-dir", "--delay-directory-restore")
                .orFail("Unpacking the guest's results");
    }
}
