package io.agentcgroup.bench.density;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTest {

    @ParameterizedTest
    @CsvSource({"0,16", "1,16", "2,16", "3,16", "5,16", "6,16", "7,16", "11,16", "15,16", "16,16", "1,1", "5,5"})
    void findsTheLargestNumberThatPasses(int bears, int atMost) throws Exception {
        assertEquals(bears, Search.largest(atMost, sessions -> sessions <= bears));
    }

    @Test
    void triesFewNumbersAndNoneTwice() throws Exception {
        List<Integer> tried = new ArrayList<>();
        Search.largest(16, sessions -> {
            tried.add(sessions);
            return sessions <= 6;
        });
        assertEquals(List.of(1, 2, 4, 8, 6, 7), tried);
    }

    @Test
    void triesNoMoreThanItMay() throws Exception {
        assertEquals(6, Search.largest(6, sessions -> true));
    }
}
