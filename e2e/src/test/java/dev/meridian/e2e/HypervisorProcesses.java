package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The machines' QEMU processes of all nodes: what runs, asked of nobody but the kernel. */
final class HypervisorProcesses {
    private HypervisorProcesses() {}

    /** Process ids by the machine's uid. */
    static Map<String, Long> byUid() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .flatMap(path -> uid(path).stream()
                            .map(uid -> Map.entry(
                                    uid, Long.valueOf(path.getFileName().toString()))))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The most that a machine's process has had in memory at once: what the node has to have for it. */
    static long mostBytes(String uid) {
        try (var lines = Files.lines(
                Path.of("/proc", Objects.requireNonNull(byUid().get(uid)).toString(), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> uid(Path process) {
        var arguments = arguments(process);
        var at = arguments.indexOf("-uuid");
        return arguments.getFirst().contains("qemu-system") && at >= 0 && at + 1 < arguments.size()
                ? Optional.of(arguments.get(at + 1))
                : Optional.empty();
    }

    private static List<String> arguments(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
        } catch (IOException _) { // it ended since it was listed
            return List.of("");
        }
    }
}
