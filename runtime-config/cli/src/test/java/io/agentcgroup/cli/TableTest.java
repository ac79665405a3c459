package io.agentcgroup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestValue() {
        assertEquals("""
                NAME    N  WHAT
                a       1  x
                longer  -  y
                """, new Table("NAME", "N", "WHAT").row("a", 1, "x").row("longer", null, "y").toString());
    }

    @Test
    void theLastColumnIsWrappedBelowItself() {
        String table = new Table("A", "B").row("a", "word ".repeat(60)).toString();

        assertTrue(table.lines().allMatch(line -> line.length() <= 120), table);
        assertTrue(table.lines().skip(2).allMatch(line -> line.startsWith("   word")), table);
    }

    @Test
    void withoutHeadsThereIsNoHeadLine() {
        assertEquals("a  b\n", new Table("", "").row("a", "b").toString());
    }

    @Test
    void aRowWithAnotherNumberOfValuesIsAMistake() {
        assertThrows(IllegalArgumentException.class, () -> new Table("A").row(1, 2));
    }
}
