package dev.meridian.agent.images;

import dev.meridian.api.v1alpha1.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code qemu-img}, asked in a child that has little time, memory and output, and nothing of the agent's environment. */
final class QemuImgInfo {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** KiB of address space, seconds of CPU, 512 bytes of output, no core. */
    private static final String BOUNDED =
            "ulimit -v 1048576 && ulimit -t 10 && ulimit -f 2048 && ulimit -c 0 && exec \"$@\"";

    private final String command;

    QemuImgInfo(String command) {
        this.command = command;
    }

    /**
     * What it says of a file, as JSON.
     *
     * @param format by which it opens the file; it must guess nothing
     * @throws ImageFailed when it cannot say
     */
    String info(Path file, ImageFormat format) throws IOException, InterruptedException {
        var said = Files.createTempFile(file.getParent(), ".info", null);
        try {
            var builder = new ProcessBuilder(List.of(
                            "/bin/sh",
                            "-c",
                            BOUNDED,
                            "sh",
                            command,
                            "info",
                            "--output=json",
                            "--force-share",
                            "-f",
                            driver(format),
                            "--",
                            file.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            builder.environment().clear();
            builder.environment().putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C"));
            var status = await(builder.start());
            var text = Files.readString(said);
            if (status != 0) {
                throw refused(file, status, text);
            }
            return text;
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static int await(Process process) throws ImageFailed, InterruptedException {
        try {
            if (process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw ImageFailed.ofUser(
                    "ImageRefused",
                    "the file is refused: qemu-img needs more than %d seconds to look into it"
                            .formatted(LIMIT.toSeconds()));
        } finally {
            process.destroyForcibly();
        }
    }

    private static ImageFailed refused(Path file, int status, String said) {
        if (status == 126 || status == 127) {
            return ImageFailed.ofWorld(
                    "NodeFailed", "the node has no qemu-img to look into images with; install it there");
        }
        var why = said.replace(file.toString(), "it").replace("qemu-img: ", "").strip();
        return ImageFailed.ofUser(
                "ImageRefused",
                "the file is refused: qemu-img %s"
                        .formatted(
                                status > 1 || why.isEmpty()
                                        ? "ended with status %d, beyond its bounds".formatted(status)
                                        : "says: " + why.substring(0, Math.min(why.length(), 300))));
    }

    private static String driver(ImageFormat format) {
        return switch (format) {
            case qcow2 -> "qcow2";
            case raw, iso -> "raw";
        };
    }
}
