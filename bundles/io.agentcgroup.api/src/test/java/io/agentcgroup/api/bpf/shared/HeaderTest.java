package io.agentcgroup.api.bpf.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.BpfCodec;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's side and Java mean the same bytes: every struct, enum and number of the header that Java has, field by field. */
class HeaderTest {

    private static final Path HEADER = Path.of("..", "..", "bpf", "include", "agentcgroup_bpf.h");
    private static final Pattern FIELD = Pattern.compile("(?m)^\\t(__u64|__u32|__s64|char) (\\w+)(?:\\[(\\w+)\\])?;");

    private final String header = read();

    /** A field of a struct: where it is, how wide one element is, how many elements. */
    private record CField(String name, int offset, int width, int count) {
    }

    static Stream<Arguments> structs() {
        return Stream.of(
                Arguments.of("acg_domain", DomainEntry.class, DomainEntry.CODEC),
                Arguments.of("acg_hold", HoldEntry.class, HoldEntry.CODEC),
                Arguments.of("acg_policy", PolicyEntry.class, PolicyEntry.CODEC),
                Arguments.of("acg_account", AccountEntry.class, AccountEntry.CODEC),
                Arguments.of("acg_sched", SchedulerEntry.class, SchedulerEntry.CODEC),
                Arguments.of("acg_exit", ExitEntry.class, ExitEntry.CODEC),
                Arguments.of("acg_event", EventEntry.class, EventEntry.CODEC));
    }

    @ParameterizedTest
    @MethodSource("structs")
    void aRecordHasTheFieldsOfItsStructInTheirOrder(String struct, Class<?> record, BpfCodec<?> codec) {
        assertEquals(fields(struct).stream().map(CField::name).filter(name -> !name.equals("zero")).toList(),
                Arrays.stream(record.getRecordComponents()).map(component -> snake(component.getName())).toList());
    }

    @ParameterizedTest
    @MethodSource("structs")
    <T> void whatTheKernelWritesIntoAFieldIsReadFromIt(String struct, Class<T> record, BpfCodec<T> codec) throws Exception {
        List<CField> fields = fields(struct);
        ByteBuffer bytes = ByteBuffer.allocate(codec.bytes()).order(ByteOrder.nativeOrder());
        fields.stream().filter(field -> !field.name().equals("zero")).forEach(field -> fill(bytes, field));
        T read = codec.fromBytes(bytes.array());
        for (RecordComponent component : record.getRecordComponents()) {
            CField field = fields.stream().filter(f -> f.name().equals(snake(component.getName()))).findFirst().orElseThrow();
            assertEquals(expected(field), component.getAccessor().invoke(read), component.getName());
        }
        assertTrue(Arrays.equals(bytes.array(), codec.toBytes(read)), "written differently from how it was read");
        CField last = fields.get(fields.size() - 1);
        assertEquals(last.offset() + last.width() * last.count(), codec.bytes());
    }

    private static void fill(ByteBuffer bytes, CField field) {
        for (int i = 0; i < field.count(); i++) {
            int at = field.offset() + i * field.width();
            switch (field.width()) {
                case Long.BYTES -> bytes.putLong(at, value(field));
                case Integer.BYTES -> bytes.putInt(at, (int) value(field) + i);
                // A name that is shorter than its field.
                default -> bytes.put(at, (byte) (i < 3 ? 'a' + i : 0));
            }
        }
    }

    /** Each field has another one. */
    private static long value(CField field) {
        return 1000 + field.offset();
    }

    private static Object expected(CField field) {
        if (field.width() == 1) {
            return "abc";
        }
        if (field.width() == Long.BYTES) {
            return value(field);
        }
        if (field.count() == 1) {
            return (int) value(field);
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < field.count(); i++) {
            all.add((int) value(field) + i);
        }
        return all;
    }

    @Test
    void countersAndHistogramsHaveTheirPlaces() {
        assertEquals(constants("acg_stat", "ACG_STAT_"), names(KernelStat.values()));
        assertEquals(constants("acg_hist", "ACG_HIST_"), names(KernelHistogram.values()));
    }

    @Test
    void theNumbersAreThoseOfTheHeader() throws Exception {
        assertNumbers("ACG_ROLE_", DomainEntry.class, "ROLE_");
        assertNumbers("ACG_HOLD_BY_", HoldEntry.class, "BY_");
        assertNumbers("ACG_POLICY_", PolicyEntry.class, "");
        assertNumbers("ACG_EVENT_", EventEntry.class, "");
    }

    private void assertNumbers(String prefix, Class<?> where, String javaPrefix) throws IllegalAccessException {
        Map<String, Integer> expected = new TreeMap<>();
        Matcher define = Pattern.compile("(?m)^#define\\s+" + prefix + "(\\w+)\\s+(\\d+|\\(1 << \\d+\\))(?=\\s)").matcher(header);
        while (define.find()) {
            String value = define.group(2);
            expected.put(javaPrefix + define.group(1), value.startsWith("(") ? 1 << Integer.parseInt(value.replaceAll("\\(1 << (\\d+)\\)", "$1"))
                    : Integer.parseInt(value));
        }
        Map<String, Integer> found = new TreeMap<>();
        for (Field field : where.getFields()) {
            if (field.getType() == int.class) {
                found.put(field.getName(), field.getInt(null));
            }
        }
        assertEquals(expected, found);
    }

    @Test
    void theMapsHaveTheirNames() throws IllegalAccessException {
        for (Field field : SharedMaps.class.getFields()) {
            String name = (String) field.get(null);
            assertTrue(header.contains("\"" + name + "\""), name);
        }
    }

    @Test
    void aHistogramHasTheBucketsThatTheKernelFills() {
        Matcher size = Pattern.compile("sizeof\\(struct acg_histogram\\) == 32 \\+ 8 \\* (\\d+)").matcher(header);
        assertTrue(size.find());
        assertEquals(Integer.parseInt(size.group(1)), HistogramEntry.BUCKETS);
    }

    private List<String> constants(String name, String prefix) {
        Matcher body = Pattern.compile("enum " + name + " \\{(.*?)\\n\\};", Pattern.DOTALL).matcher(header);
        assertTrue(body.find(), name);
        Matcher constant = Pattern.compile("(?m)^\\t" + prefix + "(\\w+),").matcher(body.group(1));
        List<String> found = new ArrayList<>();
        while (constant.find()) {
            found.add(constant.group(1));
        }
        return found;
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private List<CField> fields(String struct) {
        Matcher body = Pattern.compile("struct " + struct + " \\{(.*?)\\n\\};", Pattern.DOTALL).matcher(header);
        assertTrue(body.find(), struct);
        List<CField> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(body.group(1) + "\n");
        int offset = 0;
        while (field.find()) {
            int width = switch (field.group(1)) {
                case "char" -> 1;
                case "__u32" -> Integer.BYTES;
                default -> Long.BYTES;
            };
            int count = field.group(3) == null ? 1 : number(field.group(3));
            assertEquals(0, offset % width, "padding before " + field.group(2));
            fields.add(new CField(field.group(2), offset, width, count));
            offset += width * count;
        }
        return fields;
    }

    private int number(String constant) {
        Matcher define = Pattern.compile("(?m)^#define\\s+" + constant + "\\s+(\\d+)").matcher(header);
        assertTrue(define.find(), constant);
        return Integer.parseInt(define.group(1));
    }

    private static String snake(String camel) {
        return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String read() {
        try {
            return Files.readString(HEADER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
