package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypedParametersTest {

    private static final int STRUCT_BYTES = 96;

    @Test
    void parametersOfEveryTypeAreTexts() {
        try (var params = new Memory(8 * STRUCT_BYTES);
                var text = new Memory(16)) {
            // given
            params.clear();
            text.setString(0, "grün", "UTF-8");
            parameter(params, 0, "int", 1).setInt(88, -1);
            parameter(params, 1, "uint", 2).setInt(88, -1);
            parameter(params, 2, "llong", 3).setLong(88, -1);
            parameter(params, 3, "ullong", 4).setLong(88, -1);
            parameter(params, 4, "double", 5).setDouble(88, 0.5);
            parameter(params, 5, "boolean", 6).setByte(88, (byte) 1);
            parameter(params, 6, "string", 7).setPointer(88, text);
            parameter(params, 7, "of tomorrow", 8).setLong(88, 1);
            // when
            var texts = TypedParameters.read(params, 8);
            // then
            assertThat(texts)
                    .isEqualTo(Map.of(
                            "int", "-1",
                            "uint", "4294967295",
                            "llong", "-1",
                            "ullong", "18446744073709551615",
                            "double", "0.5",
                            "boolean", "1",
                            "string", "grün"));
        }
    }

    @Test
    void longTextIsCut() {
        try (var params = new Memory(STRUCT_BYTES);
                var text = new Memory(10_001)) {
            // given
            params.clear();
            text.setMemory(0, 10_000, (byte) 'a');
            text.setByte(10_000, (byte) 0);
            parameter(params, 0, "long", 7).setPointer(88, text);
            // when
            var texts = TypedParameters.read(params, 1);
            // then
            assertThat(texts).containsEntry("long", "a".repeat(4096));
        }
    }

    private static Pointer parameter(Memory params, int index, String field, int type) {
        var struct = params.share((long) index * STRUCT_BYTES);
        struct.write(0, field.getBytes(StandardCharsets.US_ASCII), 0, field.length());
        struct.setInt(80, type);
        return struct;
    }
}
