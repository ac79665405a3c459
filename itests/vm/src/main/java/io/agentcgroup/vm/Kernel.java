package io.agentcgroup.vm;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel to boot.
 *
 * @param release as {@code uname -r} will say, or {@code unknown} where the image does not tell
 * @param image the bzImage or vmlinux
 * @param modules the folder with its modules; empty when it has none that we know of
 */
record Kernel(String release, Path image, Optional<Path> modules) {
}
