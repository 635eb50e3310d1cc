package dev.meridian.domain.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.domain.certificate.AuthorityKeys.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and their authority are renewed before anybody misses them. */
class RenewalTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Lifetimes LIFETIMES = new Lifetimes(Duration.ofDays(30), Duration.ofDays(3000));

    @ParameterizedTest
    @CsvSource({"19, true, a, ''", "20, true, a, two thirds", "1, false, a, no authority", "1, true, b, 'not for [b]'"})
    void certificateIsRenewedAfterTwoThirdsOfItsTimeOrWhenItIsNoUse(
            int age, boolean isTrusted, String wanted, String why) {
        // given
        var from = NOW.minus(Duration.ofDays(age));
        var held = new HeldCertificate(from, from.plus(Duration.ofDays(30)), Set.of("a", "10.0.0.1"), isTrusted);

        // when
        var lack = held.lack(Set.of(wanted), NOW);

        // then
        assertThat(lack.isPresent()).isEqualTo(!why.isEmpty());
        assertThat(lack.orElse("")).contains(why);
    }

    /** Each day a look, over the lives of three keys. */
    @Test
    void everyKeyIsBelievedLongBeforeItSignsAndAsLongAsWhatItSigned() {
        // given
        var keys = new AuthorityKeys(valid(NOW), Optional.empty(), Optional.empty(), Optional.empty());
        var former = Optional.<Validity>empty();
        var since = NOW;
        var steps = new ArrayList<String>();
        var publishedFor = new ArrayList<Duration>();
        var signedUntil = NOW;

        // when
        for (var at = NOW; at.isBefore(NOW.plus(Duration.ofDays(5000))); at = at.plus(Duration.ofDays(1))) {
            var step = keys.step(LIFETIMES, at);
            if (!(step instanceof AuthorityStep.Rest)) {
                steps.add(step.getClass().getSimpleName());
            }
            switch (step) {
                case AuthorityStep.Rest() -> {}
                case AuthorityStep.MakeNext() ->
                    keys = new AuthorityKeys(
                            keys.current(), Optional.of(valid(at)), Optional.empty(), keys.formerReplacedAt());
                case AuthorityStep.NotePublished() ->
                    keys = new AuthorityKeys(keys.current(), keys.next(), Optional.of(at), keys.formerReplacedAt());
                case AuthorityStep.Promote() -> {
                    publishedFor.add(Duration.between(keys.nextPublishedAt().orElseThrow(), at));
                    former = Optional.of(keys.current());
                    signedUntil = at.plus(LIFETIMES.certificate());
                    keys = new AuthorityKeys(
                            keys.next().orElseThrow(), Optional.empty(), Optional.empty(), Optional.of(at));
                }
                case AuthorityStep.Forget() -> {
                    assertThat(at).as("what the former signed has expired").isAfterOrEqualTo(signedUntil);
                    assertThat(former.orElseThrow().until())
                            .as("it was believed as long")
                            .isAfter(at);
                    keys = new AuthorityKeys(keys.current(), keys.next(), keys.nextPublishedAt(), Optional.empty());
                }
            }
            assertThat(keys.current().until()).as("what signs is valid").isAfter(at.plus(LIFETIMES.certificate()));
            since = at;
        }

        // then
        assertThat(since).isAfter(NOW);
        assertThat(steps)
                .startsWith("MakeNext", "NotePublished", "Promote", "Forget", "MakeNext", "NotePublished", "Promote");
        assertThat(publishedFor).hasSizeGreaterThan(1).allMatch(time -> time.compareTo(LIFETIMES.overlap()) >= 0);
    }

    @Test
    void keyThatWasNotToldDoesNotSignHoweverOldItIs() {
        // given
        var old = new Validity(NOW.minus(Duration.ofDays(2900)), NOW.plus(Duration.ofDays(100)));
        var next = new Validity(NOW.minus(Duration.ofDays(900)), NOW.plus(Duration.ofDays(2100)));
        var untold = new AuthorityKeys(old, Optional.of(next), Optional.empty(), Optional.empty());
        var told = new AuthorityKeys(old, Optional.of(next), Optional.of(NOW), Optional.empty());

        // then
        assertThat(untold.step(LIFETIMES, NOW)).isEqualTo(new AuthorityStep.NotePublished());
        assertThat(told.step(LIFETIMES, NOW)).isEqualTo(new AuthorityStep.Rest());
        assertThat(told.step(LIFETIMES, NOW.plus(LIFETIMES.overlap()))).isEqualTo(new AuthorityStep.Promote());
    }

    @Test
    void oneThatSignsNoMoreBecauseItExpiredIsReplacedAtOnce() {
        var expired = new Validity(NOW.minus(Duration.ofDays(3001)), NOW.minus(Duration.ofDays(1)));
        var keys = new AuthorityKeys(expired, Optional.of(valid(NOW)), Optional.of(NOW), Optional.empty());

        assertThat(keys.step(LIFETIMES, NOW)).isEqualTo(new AuthorityStep.Promote());
    }

    @Test
    void authorityMustOutliveWhatItSigns() {
        assertThatThrownBy(() -> new Lifetimes(Duration.ofDays(30), Duration.ofDays(89)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("thrice");
        assertThatThrownBy(() -> new Lifetimes(Duration.ZERO, Duration.ofDays(89)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Of a short life not all is over at its birth. */
    @Test
    void certificateBeginsALittleEarlier() {
        assertThat(Lifetimes.begin(NOW, Duration.ofDays(30))).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        assertThat(Lifetimes.begin(NOW, Duration.ofMinutes(2))).isEqualTo(NOW.minusSeconds(12));
    }

    private static Validity valid(Instant from) {
        return new Validity(from, from.plus(LIFETIMES.authority()));
    }
}
