package io.agentcgroup.intent.declared.internal;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the agent itself says. It is asked first: nobody knows better what a command is meant to do. */
@Component(configurationPid = DeclaredIntents.PID, property = Constants.SERVICE_RANKING + ":Integer=" + DeclaredIntents.RANKING)
@Designate(ocd = DeclaredIntents.Config.class)
public final class DeclaredIntents implements IntentProvider {

    static final String PID = "io.agentcgroup.intent.declared";
    static final String NAME = "declared";
    static final int RANKING = 300;

    /** An agent that gives a number has thought about it; a level is a rough word. Neither is a measurement. */
    private static final double CONFIDENCE_EXACT = 0.8;
    private static final double CONFIDENCE_LEVEL = 0.6;

    /** Bad hints remembered, at some 600 bytes each: a host full of agents that each make several mistakes. */
    private static final int TOLD_MOST = 1_024;
    private static final int SHOWN_CHARS = 80;

    /** What the words of a hint stand for. */
    @ObjectClassDefinition(name = "AgentCgroup intent: declared",
            description = "What the words in AGENT_RESOURCE_HINT stand for, such as memory:low.")
    @interface Config {

        @AttributeDefinition(name = "memory:low",
                description = "Version control, look-ups, linters: commands that start small and stay small.")
        String memory_low() default "256m";

        @AttributeDefinition(name = "memory:medium",
                description = "Usual test runs and package installations: most bursts of agents' commands begin at 0.5 GiB and end here.")
        String memory_medium() default "1g";

        @AttributeDefinition(name = "memory:high",
                description = "Builds, big test suites, data work: the upper end of the bursts that were measured.")
        String memory_high() default "4g";

        @AttributeDefinition(name = "cpu:low", description = "CPUs that a command waits more than it computes with.")
        double cpu_low() default 0.5;

        @AttributeDefinition(name = "cpu:medium", description = "CPUs of a command that computes with one thread.")
        double cpu_medium() default 1;

        @AttributeDefinition(name = "cpu:high", description = "CPUs of a parallel build or test run.")
        double cpu_high() default 4;

        @AttributeDefinition(name = "duration:short", description = "Somebody waits for the answer.")
        String duration_short() default "10s";

        @AttributeDefinition(name = "duration:medium", description = "Below the two minutes after which agents give up by default.")
        String duration_medium() default "2m";

        @AttributeDefinition(name = "duration:long", description = "Builds and whole test suites.")
        String duration_long() default "30m";
    }

    private final HintParser parser;
    private final ToldOnce told = new ToldOnce(TOLD_MOST);

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public DeclaredIntents(Config config) {
        parser = new HintParser(Levels.of(config));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean advisory() {
        return true;
    }

    @Override
    public Optional<Intent> intentFor(ToolCall call) {
        return call.hint().map(Hint::text).filter(text -> !text.isBlank()).flatMap(text -> read(call, text));
    }

    private Optional<Intent> read(ToolCall call, String text) {
        ParsedHint hint = parser.parse(text);
        List<String> notices = hint.problems().isEmpty() || !told.firstTime(call.session(), text) ? List.of() : hint.problems();
        if (hint.saysNothing() && notices.isEmpty()) {
            return Optional.empty();
        }
        Intent.Builder intent = Intent.from(NAME)
                .confidence(hint.saysNothing() ? 0 : hint.exact() ? CONFIDENCE_EXACT : CONFIDENCE_LEVEL)
                .reason("declared: " + PrintableText.escape(text, SHOWN_CHARS))
                .notices(notices);
        hint.memoryBytes().ifPresent(intent::memoryBytes);
        hint.cpuCores().ifPresent(intent::cpuCores);
        hint.duration().ifPresent(intent::duration);
        return Optional.of(intent.build());
    }
}
