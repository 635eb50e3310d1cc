package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.ImageCacheLimits;
import dev.meridian.domain.image.Ageing.Kept;
import dev.meridian.domain.image.Ageing.Limits;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeingTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final List<Kept> KEPT =
            List.of(kept("used", 20), kept("new", 2), kept("old", 9), kept("older", 10), kept("just", 0));

    private static Kept kept(String digest, int hoursAgo) {
        return new Kept(digest, 100, NOW.minus(Duration.ofHours(hoursAgo)), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000, 0, ''",
        "500, 1000, 0, ''",
        "499, 1000, 0, older",
        "399, 1000, 0, 'older,old'",
        "0, 1000, 0, 'older,old,new'",
        "1000, 50, 0, ''",
        "1000, 49, 0, older",
        "1000, 100, 120, 'older'",
        "1000, 100, 160, 'older,old'"
    })
    void leastRecentlyUsedGoFirstAndNoneInUse(long most, long free, long wanted, String victims) {
        var found = Ageing.victims(KEPT, Set.of("used"), free, wanted, new Limits(most, 50), NOW);
        assertThat(String.join(",", found.stream().map(Kept::digest).toList())).isEqualTo(victims);
    }

    @ParameterizedTest
    @CsvSource({"7, 7, ''", "7, 8, b", "9, 8, a"})
    void oneThatWasNotReadForLongestIsReadAgainAfterAWeek(int a, int b, String due) {
        // given
        var kept = List.of(
                new Kept("a", 100, NOW, NOW.minus(Duration.ofDays(a))),
                new Kept("b", 100, NOW, NOW.minus(Duration.ofDays(b))));
        // when
        var found = Ageing.unverified(kept, NOW);
        // then
        assertThat(found.map(Kept::digest).orElse("")).isEqualTo(due);
    }

    @Test
    void leastThatAPolicyOfTheNodeSaysCounts() {
        // given
        var policies = List.of(policy(Map.of(), "3Gi"), policy(Map.of("disk", "small"), "1Gi"), policy(Map.of(), null));
        var own = Limits.of(100L << 30);
        // then
        assertThat(own.with(policies, Map.of())).isEqualTo(new Limits(3L << 30, own.keepFreeBytes()));
        assertThat(own.with(policies, Map.of("disk", "small"))).isEqualTo(new Limits(1L << 30, own.keepFreeBytes()));
        assertThat(own.with(List.of(), Map.of())).isEqualTo(own);
    }

    private static HypervisorPolicySpec policy(Map<String, String> nodes, @Nullable String most) {
        return new HypervisorPolicySpec(
                nodes,
                null,
                null,
                null,
                null,
                new ImageCacheLimits(most == null ? null : new Quantity(most)),
                null,
                null,
                null,
                null,
                null);
    }
}
