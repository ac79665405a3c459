package io.agentcgroup.gateway.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Both sides of the wire say the same numbers: every constant of the C header is here, and nothing else is. */
class ProtocolHeaderTest {

    private static final Path HEADER = Path.of("..", "..", "bpf", "include", "agentcgroup_protocol.h");
    private static final Pattern DEFINE = Pattern.compile("(?m)^#define\\s+ACG_(\\w+)\\s+(0x[0-9a-fA-F]+|[0-9]+)");

    @Test
    void everyConstantOfTheHeaderIsTheSameInJava() throws Exception {
        assertEquals(header(), java());
    }

    private static Map<String, Integer> header() throws IOException {
        Map<String, Integer> constants = new TreeMap<>();
        Matcher define = DEFINE.matcher(Files.readString(HEADER));
        while (define.find()) {
            constants.put(define.group(1), Integer.decode(define.group(2)));
        }
        return constants;
    }

    private static Map<String, Integer> java() throws IllegalAccessException {
        Map<String, Integer> constants = new TreeMap<>();
        for (Field field : Protocol.class.getFields()) {
            constants.put(field.getName(), field.getInt(null));
        }
        for (MessageType type : MessageType.values()) {
            constants.put("MSG_" + type.name(), type.code());
        }
        for (Tag tag : Tag.values()) {
            constants.put("TAG_" + tag.name(), tag.code());
        }
        return constants;
    }
}
