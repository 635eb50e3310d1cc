package dev.meridian.domain.supply;

/** A text of a Secret, as kubelet has mounted it for the reservation pod. */
public sealed interface MountedText {
    /** It is there. */
    record Text(String text) implements MountedText {
        /** Not the text. */
        @Override
        public String toString() {
            return "Text[%d characters]".formatted(text.length());
        }
    }

    /** kubelet has not mounted it yet. */
    record Awaited() implements MountedText {}

    /** It is mounted, but no text for a machine; {@code why} completes the sentence "the key ...". */
    record Unusable(String why) implements MountedText {}
}
