package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.guest.KeyPlan;
import dev.meridian.domain.guest.Propagated;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyMemoryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final KeyMemory memory = new KeyMemory();

    @Test
    void guestIsAskedOnceForAPlan() {
        // given
        var round = memory.begin(plan("a"), NOW).orElseThrow();
        assertThat(memory.begin(plan("a"), NOW)).isEmpty();

        // when
        var isNews = memory.ended(round, new Propagated.Done());

        // then
        assertThat(isNews).isTrue();
        assertThat(memory.begin(plan("a"), NOW.plusSeconds(3600))).isEmpty();
        assertThat(memory.begin(plan("b"), NOW)).isPresent();
    }

    @Test
    void failureIsTriedAgainAfterAMinute() {
        // given
        memory.ended(memory.begin(plan("a"), NOW).orElseThrow(), new Propagated.Failed("no such user"));

        // then
        assertThat(memory.begin(plan("a"), NOW.plusSeconds(1))).isEmpty();
        assertThat(memory.begin(plan("a"), NOW.plusSeconds(60))).isPresent();
    }

    @Test
    void whatAnEarlierPlanCameToSaysNothingOfTheNext() {
        // given
        var first = memory.begin(plan("a"), NOW).orElseThrow();
        var second = memory.begin(plan("b"), NOW).orElseThrow();

        // when
        var isNews = memory.ended(first, new Propagated.Done());

        // then
        assertThat(isNews).isFalse();
        assertThat(memory.outcome()).isEqualTo(new Propagated.NotYet());
        assertThat(memory.ended(second, new Propagated.Done())).isTrue();
    }

    @Test
    void agentThatComesIsAskedAnew() {
        // given
        memory.ended(memory.begin(plan("a"), NOW).orElseThrow(), new Propagated.Done());

        // when
        memory.agentChanged();

        // then
        assertThat(memory.outcome()).isEqualTo(new Propagated.NotYet());
        assertThat(memory.begin(plan("a"), NOW)).isPresent();
    }

    @Test
    void withoutUsersNobodyIsAsked() {
        assertThat(memory.begin(KeyPlan.NONE, NOW)).isEmpty();
    }

    private static KeyPlan plan(String key) {
        return new KeyPlan(new TreeMap<>(Map.of("root", new TreeSet<>(Set.of(key)))));
    }
}
