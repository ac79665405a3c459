/**
 * What an operator can set of a component: checked by hand, so that each refusal names the property and says what it should be; and made without
 * a framework, where there is none.
 */
@Export
@Version("1.1.0")
package io.agentcgroup.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
