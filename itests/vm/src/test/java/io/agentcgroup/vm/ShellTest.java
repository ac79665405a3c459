package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "two words", "it's", "'", "$HOME `id` \\", "line\nline", "-n", "ünï*?[a]"})
    void aShellReadsBackAQuotedWordAsItWas(String word) throws Exception {
        HostTool.Output output = HostTool.of("sh", "-c", "printf '<%s>' " + Shell.words(List.of(word, word))).run();
        assertEquals("<" + word + "><" + word + ">", output.out());
    }
}
