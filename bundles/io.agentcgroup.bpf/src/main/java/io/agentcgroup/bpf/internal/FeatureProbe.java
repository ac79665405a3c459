package io.agentcgroup.bpf.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Finds out what the kernel offers, when it is first asked: by loading and attaching tiny programs, and by reading the kernel's
 * BTF. Leaves nothing behind.
 */
@Component(service = KernelFeatures.class)
public final class FeatureProbe implements KernelFeatures {

    private static final String PROGRAMS = "probe.bpf.o";
    private static final Path KERNEL_BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path LOCKDOWN = Path.of("/sys/kernel/security/lockdown");

    private static final String LOCKDOWN_OPTION = "CONFIG_SECURITY_LOCKDOWN_LSM";

    private static final String SCHED_OPS = "sched_ext_ops";
    private static final String MEMCG_OPS = "memcg_bpf_ops";

    private static final String SCHED_WEIGHT = "cgroup_set_weight";
    private static final String SCHED_BANDWIDTH = "cgroup_set_bandwidth";
    private static final String MEMCG_V6 = "get_high_delay_ms";
    private static final String MEMCG_V7 = "memcg_charged";
    private static final String MEMCG_USAGE = "bpf_mem_cgroup_usage";

    private static final List<String> OWN_QUESTIONS = List.of(SCHED_OPS + "." + SCHED_WEIGHT, SCHED_OPS + "." + SCHED_BANDWIDTH,
            SCHED_OPS + ".dispatch", MEMCG_OPS + "." + MEMCG_V6, MEMCG_OPS + "." + MEMCG_V7, MEMCG_USAGE + "()");

    private final LoaderComponent loader;
    private final KernelConfig config = KernelConfig.read(Path.of("/"), System.getProperty("os.version"));
    /** Reading the kernel's BTF takes some megabytes for some milliseconds; its answers are kept instead. */
    private final Map<String, Boolean> types = new HashMap<>();
    private final Map<KernelFeature, Capability> found = new EnumMap<>(KernelFeature.class);

    @Activate
    public FeatureProbe(@Reference BpfLoader loader) {
        if (!(loader instanceof LoaderComponent ours)) {
            throw new IllegalArgumentException("not the loader of this bundle: " + loader);
        }
        this.loader = ours;
    }

    @Override
    public List<Capability> capabilities() {
        return Arrays.stream(KernelFeature.values()).map(this::capability).toList();
    }

    @Override
    public synchronized Capability capability(KernelFeature feature) {
        // Not computeIfAbsent: one feature's answer depends on another's.
        Capability known = found.get(feature);
        if (known == null) {
            known = probe(feature);
            found.put(feature, known);
        }
        return known;
    }

    private Capability probe(KernelFeature feature) {
        return switch (feature) {
            case LIBRARY -> loader.library();
            case PIN -> loader.pinning();
            case BTF -> btf();
            case TRACEPOINTS -> attaches(feature, "probe_tp_btf", "tp_btf programs");
            case TRAMPOLINES -> attaches(feature, "probe_fentry", "fentry programs");
            case SCHED_EXT -> schedExt();
            case SCHED_EXT_BANDWIDTH -> has(KernelFeature.SCHED_EXT) ? member(feature, SCHED_OPS, SCHED_BANDWIDTH)
                    : because(feature, KernelFeature.SCHED_EXT);
            case MEMCG_OPS_V6 -> member(feature, MEMCG_OPS, MEMCG_V6);
            case MEMCG_OPS_V7 -> member(feature, MEMCG_OPS, MEMCG_V7);
            case MEMCG_KFUNCS -> function(feature, MEMCG_USAGE);
        };
    }

    private static Capability answer(KernelFeature feature, boolean available, String reason) {
        return new Capability(feature.label(), available, reason);
    }

    /** @return "no", because something else is not there */
    private Capability because(KernelFeature feature, KernelFeature missing) {
        return answer(feature, false, "needs " + missing.label() + ", and " + capability(missing).reason());
    }

    private Capability btf() {
        return Files.isReadable(KERNEL_BTF) ? answer(KernelFeature.BTF, true, "the kernel describes its types in " + KERNEL_BTF)
                : answer(KernelFeature.BTF, false, "there is no " + KERNEL_BTF + withOption("CONFIG_DEBUG_INFO_BTF"));
    }

    private Capability attaches(KernelFeature feature, String program, String what) {
        if (!has(KernelFeature.LIBRARY)) {
            return because(feature, KernelFeature.LIBRARY);
        }
        if (!has(KernelFeature.BTF)) {
            return because(feature, KernelFeature.BTF);
        }
        try (BpfObject object = loader.openPrivately("probe", image())) {
            object.programs().forEach(one -> object.autoload(one, one.equals(program)));
            object.load();
            object.attach(program).close();
            return answer(feature, true, what + " load and attach");
        } catch (BpfException e) {
            return answer(feature, false, what + " are refused: " + Libc.strerror(e.errno()) + lockdown(e.errno())
                    + (feature == KernelFeature.TRAMPOLINES ? withOption("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS") : ""));
        }
    }

    private static byte[] image() {
        try (InputStream image = FeatureProbe.class.getResourceAsStream("/" + PROGRAMS)) {
            return image.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle's own " + PROGRAMS + " cannot be read", e);
        }
    }

    /** @return what may explain a refusal, to follow the kernel's word */
    private String lockdown(int errno) {
        if (errno != Libc.EPERM && errno != Libc.EACCES) {
            return "";
        }
        try {
            // "none [integrity] confidentiality"
            String mode = Files.readString(LOCKDOWN).replaceAll("(?s).*\\[(.*)].*", "$1").strip();
            return mode.equals("none") ? "" : " (the kernel is locked down: " + mode + ")";
        } catch (IOException e) {
            return config(LOCKDOWN_OPTION).filter("y"::equals)
                    .map(built -> " (perhaps the kernel is locked down; securityfs, which would tell, is not mounted)").orElse("");
        }
    }

    private Capability schedExt() {
        KernelFeature feature = KernelFeature.SCHED_EXT;
        Capability ops = member(feature, SCHED_OPS, SCHED_WEIGHT);
        if (!ops.available()) {
            return answer(feature, false, ops.reason() + withOption("CONFIG_SCHED_CLASS_EXT")
                    + (hasMember(SCHED_OPS, "dispatch") ? withOption("CONFIG_EXT_GROUP_SCHED") : ""));
        }
        return has(KernelFeature.TRAMPOLINES) ? ops : because(feature, KernelFeature.TRAMPOLINES);
    }

    private Capability member(KernelFeature feature, String struct, String member) {
        return typed(feature, () -> hasMember(struct, member), struct + "." + member);
    }

    private Capability function(KernelFeature feature, String function) {
        return typed(feature, () -> hasFunction(function), function + "()");
    }

    private Capability typed(KernelFeature feature, Supplier<Boolean> there, String what) {
        if (!has(KernelFeature.LIBRARY)) {
            return because(feature, KernelFeature.LIBRARY);
        }
        if (!has(KernelFeature.BTF)) {
            return because(feature, KernelFeature.BTF);
        }
        try {
            return there.get() ? answer(feature, true, "the kernel has " + what)
                    : answer(feature, false, "the kernel's BTF has no " + what);
        } catch (BpfException e) {
            return answer(feature, false, e.getMessage());
        }
    }

    /** @return the state of an option that is off, to follow a reason; nothing when it is on or not known */
    private String withOption(String option) {
        return config(option).filter("n"::equals).map(off -> "; " + option + " is off").orElse("");
    }

    @Override
    public boolean hasMember(String struct, String member) {
        return type(struct + "." + member);
    }

    @Override
    public boolean hasFunction(String function) {
        return type(function + "()");
    }

    /** @param question {@code struct.member} or {@code function()} */
    private synchronized boolean type(String question) {
        if (!types.containsKey(question)) {
            try (Btf btf = Btf.ofKernel(loader.opened())) {
                // Reading it takes far longer than asking, so what the features will ask is answered along.
                Stream.concat(OWN_QUESTIONS.stream(), Stream.of(question)).forEach(one -> types.put(one, answer(btf, one)));
            }
        }
        return types.get(question);
    }

    private static boolean answer(Btf btf, String question) {
        if (question.endsWith("()")) {
            return btf.find(question.substring(0, question.length() - 2), Btf.KIND_FUNC).isPresent();
        }
        int dot = question.indexOf('.');
        return btf.find(question.substring(0, dot), Btf.KIND_STRUCT)
                .map(id -> btf.hasMember(id, question.substring(dot + 1))).orElse(false);
    }

    @Override
    public Optional<String> config(String option) {
        return config.option(option);
    }
}
