/**
 * The words of AgentCgroup: session, tool call, intent, grant, pressure, action, outcome. Immutable records; bytes
 * are {@code long}, times are {@link java.time.Duration} or nanoseconds with the unit in the name. Nothing is null unless
 * its Javadoc says so.
 */
@Export
@Version("1.3.0")
package io.agentcgroup.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
