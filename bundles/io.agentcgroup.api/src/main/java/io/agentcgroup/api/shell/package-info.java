/**
 * Commands that are typed, for whoever brings them to the appliance.
 */
@Export
@Version("1.0.0")
package io.agentcgroup.api.shell;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
