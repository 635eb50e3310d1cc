package dev.meridian.domain.certificate;

import dev.meridian.domain.certificate.AuthorityStep.Forget;
import dev.meridian.domain.certificate.AuthorityStep.MakeNext;
import dev.meridian.domain.certificate.AuthorityStep.NotePublished;
import dev.meridian.domain.certificate.AuthorityStep.Promote;
import dev.meridian.domain.certificate.AuthorityStep.Rest;
import java.time.Instant;
import java.util.Optional;

/**
 * The keys of an authority: one signs, the next is believed already, the former is believed still.
 *
 * @param current valid from and until when
 * @param nextPublishedAt when all certificates were first told with the next one's among them
 * @param formerReplacedAt since when the former signs no more
 */
public record AuthorityKeys(
        Validity current,
        Optional<Validity> next,
        Optional<Instant> nextPublishedAt,
        Optional<Instant> formerReplacedAt) {
    public record Validity(Instant from, Instant until) {}

    /** Each is one write. What is believed is told after each of them. */
    public AuthorityStep step(Lifetimes lifetimes, Instant now) {
        if (formerReplacedAt
                .filter(at -> !at.plus(lifetimes.certificate()).isAfter(now))
                .isPresent()) {
            return new Forget();
        }
        if (next.isEmpty()) {
            return Lifetimes.renewal(current.from(), current.until()).isAfter(now) ? new Rest() : new MakeNext();
        }
        if (nextPublishedAt.isEmpty()) {
            return new NotePublished();
        }
        return nextPublishedAt.get().plus(lifetimes.overlap()).isAfter(now)
                        && current.until().isAfter(now)
                ? new Rest()
                : new Promote();
    }
}
