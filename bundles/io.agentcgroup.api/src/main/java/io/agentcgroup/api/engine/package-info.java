/**
 * A tool call's life, as the gateway and the administration see it.
 */
@Export
@Version("1.3.0")
package io.agentcgroup.api.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
