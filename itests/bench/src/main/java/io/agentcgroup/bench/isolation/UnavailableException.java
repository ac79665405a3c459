package io.agentcgroup.bench.isolation;

import java.io.IOException;

/** This machine cannot show an arm after all; the message says why. The other arms go on. */
final class UnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
        super(message);
    }
}
