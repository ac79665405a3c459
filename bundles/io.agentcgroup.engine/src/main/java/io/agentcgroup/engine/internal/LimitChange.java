package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Limits;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Limits with some of them changed. */
final class LimitChange {

    private LimitChange() {
    }

    /** @return {@code before}, but what {@code change} says as it says */
    static Limits apply(Limits before, Limits change) {
        return new Limits(
                either(change.memoryMinBytes(), before.memoryMinBytes()),
                either(change.memoryLowBytes(), before.memoryLowBytes()),
                either(change.memoryHighBytes(), before.memoryHighBytes()),
                either(change.memoryMaxBytes(), before.memoryMaxBytes()),
                either(change.swapMaxBytes(), before.swapMaxBytes()),
                either(change.oomGroup(), before.oomGroup()),
                either(change.cpuWeight(), before.cpuWeight()),
                either(change.cpuMax(), before.cpuMax()),
                either(change.ioWeight(), before.ioWeight()),
                either(change.pidsMax(), before.pidsMax()));
    }

    /** @return the same, with nothing said of the soft limit */
    static Limits withoutHigh(Limits limits) {
        return new Limits(limits.memoryMinBytes(), limits.memoryLowBytes(), OptionalLong.empty(), limits.memoryMaxBytes(),
                limits.swapMaxBytes(), limits.oomGroup(), limits.cpuWeight(), limits.cpuMax(), limits.ioWeight(), limits.pidsMax());
    }

    private static OptionalLong either(OptionalLong said, OptionalLong otherwise) {
        return said.isPresent() ? said : otherwise;
    }

    private static OptionalInt either(OptionalInt said, OptionalInt otherwise) {
        return said.isPresent() ? said : otherwise;
    }

    private static <T> Optional<T> either(Optional<T> said, Optional<T> otherwise) {
        return said.isPresent() ? said : otherwise;
    }
}
