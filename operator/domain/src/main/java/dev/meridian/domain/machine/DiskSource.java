package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.DiskFormat;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a disk's content is. */
public sealed interface DiskSource {
    /** A file on the node that a policy opens. */
    record HostPath(String path, DiskFormat format) implements DiskSource {}

    /**
     * A file of the machine that begins as an image.
     *
     * @param copied it holds all of the image, else what differs from it
     * @param sizeBytes at least; the image's own without
     */
    record Image(String image, boolean copied, OptionalLong sizeBytes) implements DiskSource {}

    /** An image as it is, which the guest can only read. */
    record ImageItself(String image) implements DiskSource {}

    /** A file of the machine that begins empty. */
    record Blank(long sizeBytes) implements DiskSource {}

    /** The files of a ConfigMap or Secret, which the guest can only read. */
    record Given(GivenFiles files) implements DiskSource {}

    /**
     * A disk in a claim.
     *
     * @param sizeBytes at least; what is there, or the claim's own without
     */
    record Claim(GivenClaim claim, OptionalLong sizeBytes) implements DiskSource {}

    /** The file on the node that a person named. */
    default Optional<String> hostPath() {
        return this instanceof HostPath(var path, var _) ? Optional.of(path) : Optional.empty();
    }

    /** The image that must be on the node before a start. */
    default Optional<String> imageName() {
        return switch (this) {
            case Image(var image, var _, var _) -> Optional.of(image);
            case ImageItself(var image) -> Optional.of(image);
            case HostPath _, Blank _, Given _, Claim _ -> Optional.empty();
        };
    }

    /** The object whose files kubelet brings to the node. */
    default Optional<GivenFiles> givenFiles() {
        return this instanceof Given(var files) ? Optional.of(files) : Optional.empty();
    }

    /** The claim that kubelet brings to the node. */
    default Optional<GivenClaim> givenClaim() {
        return this instanceof Claim(var claim, var _) ? Optional.of(claim) : Optional.empty();
    }

    /** What tells it from a disk of the same name that began otherwise. */
    default String mark() {
        return switch (this) {
            case Image(var image, var copied, var _) ->
                "_" + Digests.sha256((copied ? "copy " : "") + image).substring(0, 12);
            case Claim(var claim, var _) -> "_" + claim.name();
            case HostPath _, ImageItself _, Blank _, Given _ -> "";
        };
    }

    /** Whether its file is made on the machine's node, and is nowhere else. */
    default boolean isMade() {
        return switch (this) {
            case Image _, Blank _ -> true;
            case HostPath _, ImageItself _, Given _, Claim _ -> false;
        };
    }

    /** The size that its file is to have at least. */
    default OptionalLong wishedBytes() {
        return switch (this) {
            case Image(var _, var _, var size) -> size;
            case Blank(var size) -> OptionalLong.of(size);
            case Claim(var _, var size) -> size;
            case HostPath _, ImageItself _, Given _ -> OptionalLong.empty();
        };
    }
}
