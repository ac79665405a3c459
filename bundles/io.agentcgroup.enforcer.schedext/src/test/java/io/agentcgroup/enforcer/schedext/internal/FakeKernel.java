package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfMapType;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.BpfPins;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SchedulerEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** As much of the kernel and of the loader as the scheduler's Java side meets: pins, shared maps, and what sysfs says. */
final class FakeKernel {

    static final String TAG = "0123456789abcdef";

    private final Path sysfs;
    private final Map<String, byte[]> maps = new TreeMap<>();
    final TreeSet<String> pins = new TreeSet<>();
    int loads;
    private BpfLoader.EventHandler listener;

    FakeKernel(Path sysfs) throws IOException {
        this.sysfs = sysfs;
        maps.put(SharedMaps.SCHEDULER, new byte[SchedulerEntry.CODEC.bytes()]);
        maps.put(SharedMaps.POLICY, new byte[PolicyEntry.CODEC.bytes()]);
        maps.put(SharedMaps.EXIT, new byte[ExitEntry.CODEC.bytes()]);
        maps.put(SharedMaps.EXITS, new byte[0]);
        Files.createDirectory(sysfs.resolve("root"));
        detached();
    }

    KernelScheduler scheduler() {
        return new KernelScheduler(sysfs);
    }

    /** Somebody's scheduler is there. */
    void attached(String name) {
        write("root/ops", name);
        write("state", "enabled");
    }

    void detached() {
        write("state", "disabled");
    }

    private void write(String file, String text) {
        try {
            Files.writeString(sysfs.resolve(file), text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel detaches the scheduler by itself, and says why. */
    void end(ExitEntry end) {
        detached();
        listener.onEvent(ByteBuffer.wrap(ExitEntry.CODEC.toBytes(end)).order(ByteOrder.nativeOrder()));
    }

    BpfLoader loader() {
        return fake(BpfLoader.class, (method, arguments) -> switch (method) {
            case "open" -> object();
            case "pins" -> pinFolder();
            case "pinnedMap" -> Optional.of(map((String) arguments[0]));
            case "consume" -> {
                listener = (BpfLoader.EventHandler) arguments[1];
                yield fake(BpfEvents.class, (ignored, none) -> null);
            }
            default -> null;
        });
    }

    private BpfObject object() {
        return fake(BpfObject.class, (method, arguments) -> switch (method) {
            case "tag" -> TAG;
            case "load" -> {
                loads++;
                yield null;
            }
            case "attachAll" -> List.of(link("guard_charge"));
            case "attachStructOps" -> {
                attached(Scheduler.NAME);
                yield link((String) arguments[0]);
            }
            default -> null;
        });
    }

    private BpfLink link(String name) {
        return fake(BpfLink.class, (method, arguments) -> switch (method) {
            case "name" -> name;
            case "pin" -> {
                pins.add((String) arguments[0]);
                yield null;
            }
            default -> null;
        });
    }

    private BpfPins pinFolder() {
        return fake(BpfPins.class, (method, arguments) -> switch (method) {
            case "exists" -> pins.contains((String) arguments[0]);
            case "remove" -> remove((String) arguments[0]);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private int remove(String folder) {
        int before = pins.size();
        boolean scheduler = pins.removeIf(name -> name.startsWith(folder + "/"));
        if (scheduler && scheduler().attached().filter(Scheduler.NAME::equals).isPresent()) {
            detached();
        }
        return before - pins.size();
    }

    private BpfMap map(String name) {
        return fake(BpfMap.class, (method, arguments) -> switch (method) {
            case "name" -> name;
            case "type" -> BpfMapType.ARRAY;
            case "valueBytes" -> maps.get(name).length;
            case "maxEntries" -> 1;
            case "lookup" -> Optional.of(maps.get(name));
            case "update" -> maps.put(name, (byte[]) arguments[1]) != null;
            default -> null;
        });
    }

    private interface Answers {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(FakeKernel.class.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
    }
}
