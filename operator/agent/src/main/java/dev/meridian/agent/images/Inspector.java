package dev.meridian.agent.images;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.ImageContent;
import dev.meridian.domain.image.ImageContent.Found;
import dev.meridian.domain.image.ImageHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/** Looks into a file before anybody uses it. */
final class Inspector {
    private final QemuImgInfo qemuImg;

    Inspector(QemuImgInfo qemuImg) {
        this.qemuImg = qemuImg;
    }

    /**
     * What it is.
     *
     * @param field of the spec that the source stands in, for messages
     */
    ImageContent content(Path file, String field) throws IOException, InterruptedException {
        var head = head(file);
        var format = format(head.kind());
        if (format.isEmpty()) {
            throw refused(field, "is %s, which no machine can start from; make it qcow2 or raw".formatted(head.kind()));
        }
        if (Files.size(file) == 0) {
            throw refused(field, "is empty");
        }
        if (format.get() == ImageFormat.qcow2) {
            var refusal = head.qcow2Refusal();
            if (refusal.isPresent()) {
                throw refused(field, refusal.get());
            }
        }
        return switch (ImageContent.of(format.get(), qemuImg.info(file, format.get()))) {
            case Found.Usable(var content) -> content;
            case Found.Refused(var why) -> throw refused(field, why);
        };
    }

    private static ImageFailed refused(String field, String why) {
        return ImageFailed.ofUser("ImageRefused", "%s: the file %s".formatted(field, why));
    }

    private static Optional<ImageFormat> format(ImageHead.Kind kind) {
        return switch (kind) {
            case qcow2 -> Optional.of(ImageFormat.qcow2);
            case iso -> Optional.of(ImageFormat.iso);
            case raw -> Optional.of(ImageFormat.raw);
            case vmdk, vdi, vhd, vhdx, qed, luks, parallels, gzip, xz, zstd, bzip2 -> Optional.empty();
        };
    }

    private static ImageHead head(Path file) throws IOException {
        var bytes = ByteBuffer.allocate(ImageHead.BYTES);
        try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes) > 0) {}
        }
        return new ImageHead(bytes.flip());
    }
}
