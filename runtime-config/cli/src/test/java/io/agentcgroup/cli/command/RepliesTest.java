package io.agentcgroup.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RepliesTest {

    @Test
    void aTextOfManyLinesKeepsLinesAndTabsAndNothingElseThatMovesTheCursor() {
        assertEquals("a\tb\n\nevil\\x1b[2J\nlast\n", Replies.lines("a\tb\n\nevil\u001b[2J\r\nlast"));
        assertEquals("", Replies.lines(""));
        assertEquals("", Replies.lines(null));
    }
}
