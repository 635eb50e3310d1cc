package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetbackTest {
    private static final ReservedPod.Refusal QUOTA = new ReservedPod.Refusal("QuotaExceeded", "exceeded quota: small");
    private static final ReservedPod.Refusal NO_CPU = new ReservedPod.Refusal("OutOfcpu", "no cpu");

    private static final Optional<String> ASKED = Optional.of("much");

    @Test
    void pauseDoublesUpToAMinute() {
        // given
        var setbacks = Stream.iterate(
                Setback.after(Optional.empty(), QUOTA, ASKED, Samples.NOW),
                before -> Setback.after(Optional.of(before), QUOTA, ASKED, Samples.NOW));
        // when
        var pauses = setbacks.limit(70)
                .map(setback -> Duration.between(Samples.NOW, setback.until()).toSeconds())
                .toList();
        // then
        assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L).endsWith(60L);
    }

    @Test
    void anotherReasonStartsAnew() {
        // given
        var before = new Setback(QUOTA, 5, Samples.NOW, null);
        // when
        var after = Setback.after(Optional.of(before), NO_CPU, ASKED, Samples.NOW.plusSeconds(16));
        // then
        assertThat(after).isEqualTo(new Setback(NO_CPU, 1, Samples.NOW.plusSeconds(16), "much"));
    }

    @ParameterizedTest
    @CsvSource({"much, true", "less, false"})
    void whatAsksForSomethingElseNeedNotWait(String asks, boolean waits) {
        assertThat(Setback.after(Optional.empty(), NO_CPU, ASKED, Samples.NOW).isOf(asks))
                .isEqualTo(waits);
        assertThat(Setback.after(Optional.empty(), NO_CPU, Optional.empty(), Samples.NOW)
                        .isOf(asks))
                .isTrue();
    }

    @Test
    void onlyAPodThatWasMadeAfterwardsAndIsAdmittedEndsIt() {
        // given
        var setback = new Setback(QUOTA, 1, Samples.NOW, null);
        // when
        var ends = Stream.of(
                        pod(Samples.NOW.minusSeconds(9), true),
                        pod(Samples.NOW.plusSeconds(1), false),
                        pod(Samples.NOW.plusSeconds(1), true))
                .map(setback::isOverWith);
        // then
        assertThat(ends).containsExactly(false, false, true);
    }

    private static ReservedPod pod(Instant createdAt, boolean admitted) {
        return new ReservedPod(
                "web-1",
                "pod-uid-1",
                1,
                createdAt,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of("worker-0"),
                Optional.empty(),
                Optional.empty(),
                admitted,
                new ReservedPod.State.Bound("worker-0"));
    }

    @ParameterizedTest
    @CsvSource({
        "OutOfcpu, OutOfcpu",
        "OutOfhugepages-2Mi, OutOfhugepages2Mi",
        "OutOfexample.com/gpu, OutOfexamplecomgpu",
        "2Many, Many",
        "'', Refused",
        "-, Refused"
    })
    void reasonIsAWordThatAConditionTakes(String given, String word) {
        assertThat(new ReservedPod.Refusal(given, "").reason()).isEqualTo(word);
    }
}
