/**
 * Whether the appliance is well.
 */
@Export
@Version("1.1.0")
package io.agentcgroup.api.health;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
