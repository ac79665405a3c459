package io.agentcgroup.settings.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckerTest {

    private static final String ENGINE = "io.agentcgroup.engine";
    private static final Path FILE = Path.of("/etc/agentcgroup/agentcgroup.properties");
    /** As the build writes it from annotations. */
    private static final String DESCRIPTION = """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.2.0">
              <OCD id="x" name="X">
                <AD id="tier" type="String" default="auto"><Option label="a" value="auto"/><Option label="c" value="cgroup"/></AD>
                <AD id="session.pids" type="Integer" min="32" default="8192"/>
                <AD id="grace.ms" type="Integer" min="0" max="10000" default="25"/>
                <AD id="free.number" type="Integer" default="25"/>
                <AD id="share" type="Double" min="0.5" max="4" default="1"/>
                <AD id="loud" type="Boolean" default="false"/>
                <AD id="rules" type="String" cardinality="2147483647"/>
              </OCD>
              <Designate pid="io.agentcgroup.engine"><Object ocdref="x"/></Designate>
            </metatype:MetaData>
            """;

    private final Checker checker = new Checker(CheckerTest::known);

    private static Optional<Map<String, Definition>> known(String pid) {
        try {
            Map<String, Definition> found = Definitions.parse(new ByteArrayInputStream(DESCRIPTION.getBytes(StandardCharsets.UTF_8)), pid);
            return Optional.of(found).filter(definitions -> !definitions.isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String fault(String name, String value) {
        return checker.fault(FILE, new Setting(ENGINE, name, value, 12)).orElse("");
    }

    @Test
    void aValueOutOfItsRangeIsNamedWithFileLineAndRange() {
        assertEquals("/etc/agentcgroup/agentcgroup.properties, line 12: grace.ms is 0 to 10000, not 10001", fault("grace.ms", "10001"));
        assertEquals("/etc/agentcgroup/agentcgroup.properties, line 12: session.pids is 32 or more, not 3", fault("session.pids", "3"));
        assertTrue(fault("share", "0.4").endsWith("share is 0.5 to 4, not 0.4"));
        assertTrue(fault("free.number", "3000000000").endsWith("free.number is -2147483648 to 2147483647, not 3000000000"));
    }

    @Test
    void aValueOfAnotherTypeIsNamed() {
        assertTrue(fault("grace.ms", "soon").endsWith("grace.ms is a whole number 0 to 10000, not \"soon\""));
        assertTrue(fault("loud", "yes").endsWith("loud is true or false, not \"yes\""));
        assertTrue(fault("tier", "strong").endsWith("tier is one of auto, cgroup, not \"strong\""));
    }

    @Test
    void aNameThatNobodyKnowsIsNamedWithThoseThatThereAre() {
        assertTrue(fault("grace", "1").endsWith("io.agentcgroup.engine has no setting grace, only free.number, grace.ms, loud, rules, session.pids, share, tier"));
        assertTrue(checker.fault(FILE, new Setting("io.agentcgroup.engin", "tier", "auto", 3)).orElseThrow().contains("line 3: nobody here reads"));
    }

    @Test
    void whatIsWellIsWell() {
        assertEquals("", fault("tier", "cgroup"));
        assertEquals("", fault("grace.ms", "0"));
        assertEquals("", fault("share", "4"));
        assertEquals("", fault("loud", "true"));
        assertEquals("", fault("rules", "anything"));
        assertTrue(checker.isSeveral(new Setting(ENGINE, "rules", "", 1)));
    }
}
