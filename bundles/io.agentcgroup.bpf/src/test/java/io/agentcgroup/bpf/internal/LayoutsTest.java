package io.agentcgroup.bpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.bpf.BpfCodec;
import io.agentcgroup.api.bpf.shared.AccountEntry;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.EventEntry;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.bpf.shared.HistogramEntry;
import io.agentcgroup.api.bpf.shared.HoldEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SchedulerEntry;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Java's records against what the compiler has made of the header: the types in the compiled programs, field by field. (That
 * Java reads each field from its place is tested beside the records.)
 */
class LayoutsTest {

    static Stream<Arguments> structs() {
        return Stream.of(
                Arguments.of("account", "acg_domain", DomainEntry.class, DomainEntry.CODEC),
                Arguments.of("account", "acg_account", AccountEntry.class, AccountEntry.CODEC),
                Arguments.of("counter", "acg_event", EventEntry.class, EventEntry.CODEC),
                Arguments.of("schedext", "acg_hold", HoldEntry.class, HoldEntry.CODEC),
                Arguments.of("schedext", "acg_policy", PolicyEntry.class, PolicyEntry.CODEC),
                Arguments.of("schedext", "acg_sched", SchedulerEntry.class, SchedulerEntry.CODEC),
                Arguments.of("schedext", "acg_exit", ExitEntry.class, ExitEntry.CODEC),
                Arguments.of("schedext", "acg_histogram", HistogramEntry.class, HistogramEntry.CODEC));
    }

    @ParameterizedTest
    @MethodSource("structs")
    void theCompiledStructHasTheRecordsFieldsInTheirOrderAndNothingBetween(String program, String struct, Class<?> record,
            BpfCodec<?> codec) {
        try (TestLoader test = new TestLoader();
                LoadedObject object = test.loader.openPrivately(program, TestLoader.image(program)); Btf types = object.types()) {
            int type = types.find(struct, Btf.KIND_STRUCT).orElseThrow();
            assertEquals(codec.bytes(), types.bytes(type));

            List<Btf.Field> fields = types.fields(type);
            int end = 0;
            for (Btf.Field field : fields) {
                assertEquals(end, field.offsetBytes(), field.name());
                end += field.bytes();
            }
            assertEquals(codec.bytes(), end);
            assertEquals(fields.stream().map(Btf.Field::name).filter(name -> !name.equals("zero")).toList(),
                    Arrays.stream(record.getRecordComponents()).map(LayoutsTest::nameInC).toList());
        }
    }

    private static String nameInC(RecordComponent component) {
        // An array in the plural here, in the singular there.
        return component.getName().replaceFirst("^buckets$", "bucket").replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
