/**
 * Records of the API as JSON, the same for the command line and the console.
 */
@Export
@Version("1.1.0")
package io.agentcgroup.api.json;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
