package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The answer of QEMU's monitor to a question for rtc-time: a struct tm. */
final class RtcTime {
    private RtcTime() {}

    static Instant parse(String answer) {
        try {
            var tm = new ObjectMapper().readTree(answer).path("return");
            return LocalDateTime.of(
                            tm.path("tm_year").asInt() + 1900,
                            tm.path("tm_mon").asInt() + 1,
                            tm.path("tm_mday").asInt(),
                            tm.path("tm_hour").asInt(),
                            tm.path("tm_min").asInt(),
                            tm.path("tm_sec").asInt())
                    .toInstant(ZoneOffset.UTC);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an answer of QEMU: " + answer, e);
        }
    }
}
