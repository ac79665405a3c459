package io.agentcgroup.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class DaemonProcessTest {

    @Test
    void whatBundlesPrintIsNoWordOfTheDaemon() throws IOException {
        assertEquals("error a bundle is missing", word("WARNING: EventAdmin: interrupted\nerrors were found\nerror a bundle is missing\nready 3\n"));
        assertEquals("ready 1630", word("ready 1630\n"));
        assertNull(word("WARNING: EventAdmin: interrupted\n"));
    }

    private static String word(String output) throws IOException {
        return DaemonProcess.wordFrom(new BufferedReader(new StringReader(output)));
    }
}
