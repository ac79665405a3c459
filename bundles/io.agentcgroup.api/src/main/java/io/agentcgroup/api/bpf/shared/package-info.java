/**
 * The maps that all our BPF programs share, as {@code bpf/include/agentcgroup_bpf.h} lays them out: names, entries and their
 * codecs. A test holds every one of them against the header.
 */
@Export
@Version("1.0.0")
package io.agentcgroup.api.bpf.shared;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
