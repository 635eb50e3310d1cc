package dev.meridian.domain.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.api.v1alpha1.ImageFormat;
import java.util.stream.StreamSupport;

/** What a file was found to be. */
public record ImageContent(ImageFormat format, long virtualSizeBytes) {
    /** What looking into a file gives. */
    public sealed interface Found {
        /** Machines may use it. */
        record Usable(ImageContent content) implements Found {}

        /** {@code why} completes the sentence "the file ...". */
        record Refused(String why) implements Found {}
    }

    /**
     * @param format that the file's head says, by which {@code qemu-img} opened it
     * @param json what {@code qemu-img info --output=json} said
     */
    public static Found of(ImageFormat format, String json) {
        try {
            var info = new ObjectMapper().readTree(json);
            var virtualSize = info.path("virtual-size");
            if (info.has("backing-filename") || info.has("full-backing-filename")) {
                return new Found.Refused("names a backing file; flatten it with qemu-img convert");
            }
            if (!info.at("/format-specific/data/data-file").isMissingNode()) {
                return new Found.Refused("names a data file; flatten it with qemu-img convert");
            }
            if (info.path("encrypted").asBoolean()
                    || info.at("/format-specific/data").has("encrypt")) {
                return new Found.Refused("is encrypted; decrypt it with qemu-img convert");
            }
            if (isCorrupt(info)) {
                return new Found.Refused("is marked corrupt; repair it with qemu-img check");
            }
            if (!virtualSize.canConvertToLong() || virtualSize.asLong() < 0) {
                return new Found.Refused("has no virtual size");
            }
            if (virtualSize.asLong() > ImageHead.MOST_VIRTUAL_BYTES) {
                return new Found.Refused("has a virtual size of %d bytes; at most %d are taken"
                        .formatted(virtualSize.asLong(), ImageHead.MOST_VIRTUAL_BYTES));
            }
            return new Found.Usable(new ImageContent(format, virtualSize.asLong()));
        } catch (JsonProcessingException _) {
            return new Found.Refused("is not understood by qemu-img");
        }
    }

    private static boolean isCorrupt(JsonNode info) {
        return info.at("/format-specific/data/corrupt").asBoolean()
                || StreamSupport.stream(info.path("children").spliterator(), false)
                        .anyMatch(ImageContent::isCorrupt);
    }
}
