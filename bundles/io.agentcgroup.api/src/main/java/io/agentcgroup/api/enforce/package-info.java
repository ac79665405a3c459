/**
 * Who makes the kernel keep a grant, one service a tier.
 */
@Export
@Version("1.1.0")
package io.agentcgroup.api.enforce;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
