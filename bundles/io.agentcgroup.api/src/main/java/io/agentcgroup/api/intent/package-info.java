/**
 * Who says what a call will need.
 */
@Export
@Version("1.1.0")
package io.agentcgroup.api.intent;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
