/**
 * Sessions and domains in cgroupfs.
 */
@Export
@Version("1.3.0")
package io.agentcgroup.api.cgroup;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
