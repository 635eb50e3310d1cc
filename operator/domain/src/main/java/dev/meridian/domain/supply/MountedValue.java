package dev.meridian.domain.supply;

import java.util.Arrays;

/** A value of a Secret, as kubelet has mounted it for the reservation pod. */
public sealed interface MountedValue {
    /** It is there. */
    final class Value implements MountedValue {
        private final byte[] content;

        public Value(byte[] content) {
            this.content = content.clone();
        }

        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && Arrays.equals(content, value.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }

        /** Not the content. */
        @Override
        public String toString() {
            return "Value[%d bytes]".formatted(content.length);
        }
    }

    /** kubelet has not mounted it yet. */
    record Awaited() implements MountedValue {}

    /** It is mounted, but cannot be given to a machine; {@code why} completes the sentence "the key ...". */
    record Unusable(String why) implements MountedValue {}
}
