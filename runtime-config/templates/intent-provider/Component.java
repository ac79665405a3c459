package {{package}};

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** Says what a tool call will need, or nothing. Asked before each call, so it must not block. */
@Component(property = "service.ranking:Integer=150")
public final class {{class}} implements IntentProvider {

    private static final long LINKER_BYTES = 3L << 30;

    @Override
    public String name() {
        return "{{name}}";
    }

    @Override
    public Optional<Intent> intentFor(ToolCall call) {
        if (!call.command().contains("ld.lld")) {
            return Optional.empty();
        }
        return Optional.of(Intent.from(name()).memoryBytes(LINKER_BYTES).confidence(0.7).reason("the linker keeps all objects").build());
    }
}
