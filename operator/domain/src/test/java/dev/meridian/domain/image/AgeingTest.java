package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.image.Ageing.Kept;
import dev.meridian.domain.image.Ageing.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeingTest {
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
    private static final List<Kept> KEPT =
            List.of(kept("used", 20), kept("new", 2), kept("old", 9), kept("older", 10), kept("just", 0));

    private static Kept kept(String digest, int hoursAgo) {
        return new Kept(digest, 100, NOW.minus(Duration.ofHours(hoursAgo)));
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
}
