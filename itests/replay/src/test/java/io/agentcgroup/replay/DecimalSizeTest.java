package io.agentcgroup.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DecimalSizeTest {

    private final DecimalSize sizes = new DecimalSize();

    @ParameterizedTest
    @CsvSource({"1100M,1100000000", "1100MB,1100000000", "1100Mi,1153433600", "2g,2000000000", "1KiB,1024", "512,512", "0,0"})
    void sizesAreDecimalUnlessTheySayOtherwise(String text, long bytes) {
        assertEquals(bytes, sizes.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "1.5G", "-1M", "12i", "5T", "999999999999G"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> sizes.convert(text));
    }
}
