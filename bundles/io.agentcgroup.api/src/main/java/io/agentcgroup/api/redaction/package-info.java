/**
 * What must not be written down.
 */
@Export
@Version("1.0.0")
package io.agentcgroup.api.redaction;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
