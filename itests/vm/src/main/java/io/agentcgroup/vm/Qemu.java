package io.agentcgroup.vm;

import java.nio.file.Path;
import java.util.List;

/**
 * A QEMU that runs on this host.
 *
 * @param program the binary
 * @param firmware folders with its firmware files; empty for an installed one, which knows its own
 * @param libraries search path for shared libraries that this host does not have; empty when it has all
 * @param version as it says itself
 */
record Qemu(String program, List<Path> firmware, String libraries, String version) {
}
