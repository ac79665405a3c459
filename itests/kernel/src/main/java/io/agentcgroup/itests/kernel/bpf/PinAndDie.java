package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.bpf.internal.LoaderComponent;

/** A process of its own that loads the counting program, pins it, and ends without closing anything. */
final class PinAndDie {

    private PinAndDie() {
    }

    /** @param arguments pin root; the process to count */
    @SuppressWarnings("resource") // Closing nothing is what it is for.
    public static void main(String[] arguments) {
        LoaderComponent loader = Loaders.open(arguments[0]);
        BpfObject object = loader.open("counter", Loaders.image("counter"));
        object.initial("watched_tgid", Long.parseLong(arguments[1]));
        object.load();
        BpfMap calls = object.map("calls");
        calls.pin("counter/calls");
        BpfLink link = object.attach("count_getpriority");
        link.pin("counter/" + object.tag());
        Runtime.getRuntime().halt(0);
    }
}
