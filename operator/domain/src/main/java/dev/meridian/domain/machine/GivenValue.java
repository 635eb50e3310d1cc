package dev.meridian.domain.machine;

import java.util.Base64;
import java.util.Optional;

/** A text, or bytes, that stand in the spec or are named there. */
public sealed interface GivenValue {
    /** It stands in the spec. */
    record Inline(String text) implements GivenValue {}

    /** It stands in the spec in base64, which may be broken into lines. */
    record Encoded(String base64) implements GivenValue {
        /** Nothing when it is no base64. */
        public Optional<byte[]> content() {
            try {
                return Optional.of(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
    }

    /**
     * It is a Secret's.
     *
     * @param field of the spec that names it
     * @param volume name of the volume by which kubelet brings the Secret to the node
     */
    record FromSecret(String field, String volume, String secret, String key) implements GivenValue {}
}
