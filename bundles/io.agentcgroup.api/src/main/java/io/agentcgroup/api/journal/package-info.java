/**
 * What happened: outcomes and events.
 */
@Export
@Version("1.2.0")
package io.agentcgroup.api.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
