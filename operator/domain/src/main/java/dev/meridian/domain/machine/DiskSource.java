package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.api.v1alpha1.RetainedDiskSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

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

    /**
     * A file of the machine that a deleted one left on the node.
     *
     * @param name by which the node keeps it until then
     * @param sizeBytes at least; its own without
     */
    record Retained(String name, OptionalLong sizeBytes) implements DiskSource {
        private static final Pattern NAME = Pattern.compile(RetainedDiskSource.NAME);

        public Retained {
            if (!isName(name)) {
                throw new IllegalArgumentException(name + " is no name of a retained disk");
            }
        }

        /** Whether it leads nowhere as a file's name. */
        public static boolean isName(String name) {
            return name.length() <= RetainedDiskSource.LONGEST
                    && NAME.matcher(name).matches();
        }
    }

    /** A volume of a storage pool of the node that a policy opens. */
    record Volume(String pool, String name, DiskFormat format) implements DiskSource {}

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
            case HostPath _, Blank _, Retained _, Volume _, Given _, Claim _ -> Optional.empty();
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
            case Retained(var name, var _) -> "__" + name;
            case HostPath _, ImageItself _, Blank _, Volume _, Given _ -> "";
        };
    }

    /** Whether its file is one of those that are made on the machine's node, and is nowhere else. */
    default boolean isMade() {
        return switch (this) {
            case Image _, Blank _, Retained _ -> true;
            case HostPath _, ImageItself _, Volume _, Given _, Claim _ -> false;
        };
    }

    /** The volume that a person named. */
    default Optional<Volume> volume() {
        return this instanceof Volume volume ? Optional.of(volume) : Optional.empty();
    }

    /** The retained disk that becomes the machine's. */
    default Optional<String> retainedName() {
        return this instanceof Retained(var name, var _) ? Optional.of(name) : Optional.empty();
    }

    /** The size that its file is to have at least. */
    default OptionalLong wishedBytes() {
        return switch (this) {
            case Image(var _, var _, var size) -> size;
            case Blank(var size) -> OptionalLong.of(size);
            case Retained(var _, var size) -> size;
            case Claim(var _, var size) -> size;
            case HostPath _, ImageItself _, Volume _, Given _ -> OptionalLong.empty();
        };
    }
}
