package io.agentcgroup.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HostileTextTest {

    @Test
    void leavesLettersOfAllLanguages() {
        assertEquals("r\u00e9sum\u00e9 \u65e5\u672c \ud83d\ude00", HostileText.oneLine("r\u00e9sum\u00e9 \u65e5\u672c \ud83d\ude00", 100));
    }

    @Test
    void disarmsEscapeSequencesLineEndsAndDirectionMarks() {
        assertEquals("a\\u001b[2Jb\\u000ac\\u202ed\\u009b", HostileText.oneLine("a\u001b[2Jb\nc\u202ed\u009b", 100));
    }

    @Test
    void disarmsBrokenSurrogates() {
        assertEquals("\\ud800x\\udc00", HostileText.oneLine("\ud800x\udc00", 100));
    }

    @Test
    void cutsLongText() {
        assertEquals("abc...", HostileText.oneLine("abcdef", 3));
    }
}
