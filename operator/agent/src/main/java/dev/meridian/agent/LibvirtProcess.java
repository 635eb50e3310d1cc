package dev.meridian.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The running process of the node's libvirt.
 *
 * @param proc its directory in /proc
 */
record LibvirtProcess(Path proc) {
    /** Of /proc/PID/stat, counted from the state of the process. */
    private static final int START_TICKS = 19;

    private static final String ZONES = "/zoneinfo/";
    private static final Set<String> DAEMONS = Set.of("libvirtd", "virtqemud");

    static Optional<LibvirtProcess> find() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(command -> DAEMONS.contains(
                                Objects.toString(Path.of(command).getFileName())))
                        .orElse(false))
                .map(process -> new LibvirtProcess(Path.of("/proc", Long.toString(process.pid()))))
                .findFirst();
    }

    /** Boot, process id, and clock ticks from the boot to the start of the process: no other ever has this name. */
    Optional<String> name() {
        try {
            var stat = Files.readString(proc.resolve("stat"));
            var afterTheCommand = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(BootId.read() + " " + proc.getFileName() + " " + afterTheCommand[START_TICKS]);
        } catch (IOException _) { // it ended meanwhile
            return Optional.empty();
        }
    }

    /** libvirtd or virtqemud; empty when it has ended meanwhile. */
    Optional<String> daemon() {
        try {
            return Optional.of(Files.readString(proc.resolve("comm")).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The zone of its local time: TZ of its environment, else of its host. What names no zone is UTC, as in the C library. */
    ZoneId zone() {
        return environment("TZ")
                .or(this::zoneOfItsHost)
                .map(LibvirtProcess::zone)
                .orElse(ZoneOffset.UTC);
    }

    private Optional<String> environment(String name) {
        try {
            var all = Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
            return Stream.of(all.split("\0", -1))
                    .filter(variable -> variable.startsWith(name + "="))
                    .map(variable -> variable.substring(name.length() + 1))
                    .findFirst();
        } catch (IOException _) { // it ended meanwhile
            return Optional.empty();
        }
    }

    private Optional<String> zoneOfItsHost() {
        try {
            return Optional.of(
                    Files.readSymbolicLink(proc.resolve("root/etc/localtime")).toString());
        } catch (IOException _) { // none, or no link
            return Optional.empty();
        }
    }

    private static ZoneId zone(String text) {
        var file = text.startsWith(":") ? text.substring(1) : text;
        try {
            return ZoneId.of(file.contains(ZONES) ? file.substring(file.indexOf(ZONES) + ZONES.length()) : file);
        } catch (DateTimeException _) {
            return ZoneOffset.UTC;
        }
    }
}
