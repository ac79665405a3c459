package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Usage;
import java.util.OptionalLong;

/** Readings that could not be made. */
final class Usages {

    private static final OptionalLong NO = OptionalLong.empty();

    /** Nothing is known. */
    static final Usage UNKNOWN = new Usage(NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO);

    private Usages() {
    }
}
