package dev.meridian.domain.certificate;

/** What is next to do with the keys of an authority. */
public sealed interface AuthorityStep {
    record Rest() implements AuthorityStep {}

    /** A new key, which signs nothing yet. */
    record MakeNext() implements AuthorityStep {}

    /** Its certificate is told to the nodes by now. */
    record NotePublished() implements AuthorityStep {}

    /** The next key signs, the current one no more. */
    record Promote() implements AuthorityStep {}

    /** No certificate of the former key is valid any more. */
    record Forget() implements AuthorityStep {}
}
