package io.agentcgroup.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "4k,4096", "256m,268435456", "2G,2147483648", "1t,1099511627776"})
    void readsSizesInPowersOf1024(String text, long bytes) {
        assertEquals(OptionalLong.of(bytes), Quantity.parseBytes(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1m", "+1m", "1.5g", "1gb", "1 g", "9999999999999999g", "12345678901234567", "\u0661m", "2048t"})
    void passesOnWhatIsNoSize(String text) {
        assertEquals(OptionalLong.empty(), Quantity.parseBytes(text));
    }

    @Test
    void readsTimes() {
        assertEquals(Optional.of(Duration.ofSeconds(90)), Quantity.parseDuration("90s"));
        assertEquals(Optional.of(Duration.ofMinutes(5)), Quantity.parseDuration("5M"));
        assertEquals(Optional.of(Duration.ofHours(2)), Quantity.parseDuration("2h"));
        assertEquals(Optional.empty(), Quantity.parseDuration("5"));
        assertEquals(Optional.empty(), Quantity.parseDuration("9000h"));
        assertEquals(Optional.empty(), Quantity.parseDuration(""));
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1 KiB", "268435456,256 MiB", "1610612736,1.5 GiB", "207618048,198 MiB",
        "11010048,10.5 MiB"})
    void writesSizesForPeople(long bytes, String text) {
        assertEquals(text, Quantity.formatBytes(bytes));
    }

    @Test
    void writesSizesAsAHintThatIsEnough() {
        assertEquals("2g", Quantity.hintBytes(2L << 30));
        assertEquals("301m", Quantity.hintBytes((300L << 20) + 1));
        assertEquals("1m", Quantity.hintBytes(0));
    }
}
