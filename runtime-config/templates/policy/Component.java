package {{package}};

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import org.osgi.service.component.annotations.Component;

/** Decides what each tool call gets. The highest ranking decides; keep no state here, the request has all there is to know. */
@Component(property = "service.ranking:Integer=1000")
public final class {{class}} implements AdaptivePolicy {

    private static final long UNKNOWN_BYTES = 1L << 30;

    @Override
    public String name() {
        return "{{name}}";
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        long bytes = request.intent().memoryBytes().orElse(UNKNOWN_BYTES);
        Limits limits = Limits.builder().memoryMaxBytes(bytes).oomGroup(true).pidsMax(512).build();
        return Decision.admit(new Grant(limits, Placement.CALL, name(), "what it is expected to need"));
    }
}
