/**
 * BPF programs and maps in the kernel, and what the kernel offers for them. Implemented over libbpf; nothing of libbpf shows
 * here.
 *
 * <p>A program's way: {@link io.agentcgroup.api.bpf.BpfLoader#open open} its compiled object, choose and set
 * ({@link io.agentcgroup.api.bpf.BpfObject#autoload autoload}, {@link io.agentcgroup.api.bpf.BpfObject#initial initial}),
 * {@link io.agentcgroup.api.bpf.BpfObject#load() load}, {@link io.agentcgroup.api.bpf.BpfObject#attach attach}, and
 * {@link io.agentcgroup.api.bpf.BpfLink#pin pin} what must outlive this process. Everything that is opened is closed by whoever
 * opened it. Byte order and layout are the machine's, as a C struct's.
 *
 * <p>All methods that ask the kernel for something throw {@link io.agentcgroup.api.bpf.BpfException} when it says no; after
 * {@code close()} an {@link java.lang.IllegalStateException}.
 */
@Export
@Version("1.0.0")
package io.agentcgroup.api.bpf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
