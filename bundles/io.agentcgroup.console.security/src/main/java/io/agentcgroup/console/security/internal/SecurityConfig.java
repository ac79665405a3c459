package io.agentcgroup.console.security.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "AgentCgroup console security", description = "Who may use the web console, for how long, and what of it.")
@interface SecurityConfig {

    @AttributeDefinition(name = "Idle time", min = "1", max = "86400", description = "Seconds after which a session that is not used has to log in again. 1 to 86400.")
    int session_idle_s() default 1_800;

    @AttributeDefinition(name = "Longest session", min = "1", max = "604800", description = "Seconds after which every session has to log in again. 1 to 604800.")
    int session_most_s() default 43_200;

    @AttributeDefinition(name = "Host names", description = "Names under which browsers may reach the console, beside localhost and the loopback addresses. "
            + "Others are refused, so that no foreign site can pass itself off as this one by its own DNS.")
    String[] hosts() default {};

    @AttributeDefinition(name = "Changes by Felix's pages", description = "Whether role operate may change bundles, components and configuration on the pages "
            + "that come with the Felix Web Console, and so anything, this configuration too: it makes operate as good as root. They carry no token against forged "
            + "requests, only the browser's word for their origin. Without effect while signers of uploads are set.")
    boolean felix_changes() default false;

    @AttributeDefinition(name = "Upload", description = "Whether role operate may upload bundles: code that runs as root.")
    boolean upload() default false;

    @AttributeDefinition(name = "Signers of uploads", required = false, description = "A file of certificates in PEM. Only bundles are taken of which every "
            + "file is signed (jarsigner) by one of them, or by one for which they vouch. Empty: any bundle. Turns changes by Felix's pages off.")
    String upload_signers() default "";
}
