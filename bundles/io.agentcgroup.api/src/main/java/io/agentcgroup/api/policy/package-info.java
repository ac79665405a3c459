/**
 * Who decides what a call gets, and what happens under pressure.
 */
@Export
@Version("1.3.0")
package io.agentcgroup.api.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
