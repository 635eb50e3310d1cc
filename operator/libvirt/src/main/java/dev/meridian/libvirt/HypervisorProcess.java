package dev.meridian.libvirt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The process that holds a guest, as the kernel tells it.
 *
 * @param proc its directory in /proc
 * @param startTicks from the boot to its start: no other process has had both
 */
public record HypervisorProcess(Path proc, String startTicks) {
    /** Of /proc/PID/stat, counted from the state of the process. */
    private static final int START_TICKS = 19;

    /** Of /proc/PID/status: the thread that traces it. */
    private static final String TRACER = "TracerPid:";

    private record Stat(String state, String startTicks) {}

    /** Empty when there is none, or more than one, or the node's processes are not seen. */
    public static Optional<HypervisorProcess> of(UUID machine) {
        return of(Path.of("/proc"), machine);
    }

    static Optional<HypervisorProcess> of(Path proc, UUID machine) {
        try (Stream<Path> all = Files.list(proc)) {
            var found = all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> holds(path, machine))
                    .flatMap(path -> stat(path).stream().map(stat -> new HypervisorProcess(path, stat.startTicks())))
                    .toList();
            return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
        } catch (IOException _) { // then nothing is known of it
            return Optional.empty();
        }
    }

    private static boolean holds(Path process, UUID machine) {
        try {
            var arguments = List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1));
            var at = arguments.indexOf("-uuid");
            return at >= 0 && at + 1 < arguments.size() && arguments.get(at + 1).equals(machine.toString());
        } catch (IOException _) { // it ended since it was listed
            return false;
        }
    }

    /** Its number, by which another may go once it is dead. */
    public int pid() {
        return Integer.parseInt(proc.getFileName().toString());
    }

    /** Keys of the files that it has open. */
    public Set<Object> openFiles() {
        return descriptors().stream().flatMap(file -> key(file).stream()).collect(Collectors.toSet());
    }

    /** Links to what it has open; each may be closed meanwhile. */
    public List<Path> descriptors() {
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            return open.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Object> key(Path file) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException _) { // it was closed since it was listed
            return Optional.empty();
        }
    }

    /** Whether another process traces it, be it to hold it. */
    public boolean isTraced() {
        try (var lines = Files.lines(proc.resolve("status"), StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.startsWith(TRACER)
                    && !line.substring(TRACER.length()).strip().equals("0"));
        } catch (IOException | UncheckedIOException _) { // it ended
            return false;
        }
    }

    /** Whether no thread of it can ever run again. */
    public boolean isDead() {
        var now = stat(proc);
        if (now.isEmpty() || !now.get().startTicks().equals(startTicks)) {
            return true;
        }
        return switch (now.get().state()) {
            case "Z", "X" -> isAlone();
            default -> false;
        };
    }

    /** The first thread of a process may be done before the others. */
    private boolean isAlone() {
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return threads.count() <= 1;
        } catch (IOException _) { // it ended meanwhile
            return true;
        }
    }

    private static Optional<Stat> stat(Path process) {
        try {
            var text = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(new Stat(fields[0], fields[START_TICKS]));
        } catch (IOException _) { // it ended
            return Optional.empty();
        }
    }
}
