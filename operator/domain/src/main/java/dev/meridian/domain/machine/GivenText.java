package dev.meridian.domain.machine;

/** A text that stands in the spec or is named there. */
public sealed interface GivenText {
    /** It stands in the spec. */
    record Inline(String text) implements GivenText {}

    /**
     * It is a Secret's.
     *
     * @param field of the spec that names it
     * @param volume name of the volume by which kubelet brings the Secret to the node
     */
    record FromSecret(String field, String volume, String secret, String key) implements GivenText {}
}
