package dev.meridian.agent;

import dev.meridian.domain.metadata.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** QEMU's qemu-img, as a child process that is given a time and nothing of ours. */
final class QemuImg {
    private static final Duration SHORT = Duration.ofMinutes(1);

    /** As long as a disk takes for an image. */
    private static final Duration COPYING = Duration.ofHours(1);

    private QemuImg() {}

    /** A qcow2 file that is empty. */
    static void create(Path file, long sizeBytes) {
        run(SHORT, List.of("create", "-q", "-f", "qcow2", file.toString(), Long.toString(sizeBytes)));
    }

    /** A qcow2 file in which {@code image} is seen until it is written. */
    static void createAbove(DiskFile image, Path file, long sizeBytes) {
        run(
                SHORT,
                List.of(
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-b",
                        image.path(),
                        "-F",
                        image.format().name(),
                        file.toString(),
                        Long.toString(sizeBytes)));
    }

    /** A qcow2 file that holds all of {@code image}. */
    static void copy(DiskFile image, Path file) {
        run(
                COPYING,
                List.of("convert", "-q", "-f", image.format().name(), "-O", "qcow2", image.path(), file.toString()));
    }

    static void resize(Path file, long sizeBytes) {
        run(SHORT, List.of("resize", "-q", "-f", "qcow2", file.toString(), Long.toString(sizeBytes)));
    }

    private static void run(Duration limit, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add("qemu-img");
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        try {
            var process = builder.start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new UncheckedIOException(
                            new IOException("qemu-img %s takes longer than %s".formatted(arguments.getFirst(), limit)));
                }
                if (process.exitValue() != 0) {
                    throw new UncheckedIOException(new IOException(said(process)));
                }
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while qemu-img ran", e);
        }
    }

    /** Two lines at the most: it may not outlive its pipe's room. */
    private static String said(Process process) throws IOException {
        return new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8).strip();
    }
}
