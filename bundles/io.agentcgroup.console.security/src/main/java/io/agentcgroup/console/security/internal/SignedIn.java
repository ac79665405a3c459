package io.agentcgroup.console.security.internal;

import io.agentcgroup.console.security.accounts.Role;
import java.security.Principal;

/**
 * Who a request comes from.
 *
 * @param token what a page must send along with each request that changes something
 */
record SignedIn(String name, Role role, String token) implements Principal {

    @Override
    public String getName() {
        return name;
    }

    /** Never the token: this may be logged. */
    @Override
    public String toString() {
        return name + " (" + role.label() + ")";
    }
}
