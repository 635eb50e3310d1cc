package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.status.Conditions.Decided;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Our script among libvirt's hooks: there where a policy lets it, never in the place of another's. */
final class LibvirtHook {
    private static final String CONDITION = "HookActive";
    private static final Path HOOKS = Path.of("/etc/libvirt/hooks");
    private static final String OURS = "# The hook of meridian.dev";

    private final Path hooks;
    private final ClockSpool spool;
    private final Supplier<Optional<String>> libvirt;

    LibvirtHook(ClockSpool spool) {
        this(HOOKS, spool, () -> LibvirtProcess.find().flatMap(LibvirtProcess::name));
    }

    /** @param libvirt names the running process of libvirt, so that no other ever has its name */
    LibvirtHook(Path hooks, ClockSpool spool, Supplier<Optional<String>> libvirt) {
        this.hooks = hooks;
        this.spool = spool;
        this.libvirt = libvirt;
    }

    /** Brings the hook to what the policies say, and tells how it stands. */
    Decided bring(boolean wished) {
        var file = hooks.resolve("qemu.d").resolve("meridian");
        try {
            var there = Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.<String>empty();
            if (there.isPresent() && !there.get().contains(OURS)) {
                return decided(ConditionStatus.False, "ForeignHook", file + " is not ours; it is left alone");
            }
            if (!wished) {
                Files.deleteIfExists(file);
                return decided(ConditionStatus.False, "NotOpened", "no HypervisorPolicy has hook.install for the node");
            }
            Files.createDirectories(spool.directory());
            if (!there.equals(Optional.of(script()))) {
                write(file);
            }
            return standing(there.isPresent());
        } catch (IOException e) {
            return decided(ConditionStatus.False, "HookNotWritten", file + ": " + e);
        }
    }

    /** libvirt looks for hooks at its start alone; whatever one of ours says later, it runs. */
    private Decided standing(boolean wasThere) throws IOException {
        var running = libvirt.get();
        var before = spool.directory().resolve(".libvirt-before-the-hook");
        if (!wasThere || !Files.exists(before)) {
            Files.writeString(before, running.orElse("none"));
        }
        if (running.isEmpty()) {
            return decided(ConditionStatus.Unknown, "LibvirtNotSeen", "no process of libvirt is seen on the node");
        }
        return Files.readString(before).equals(running.get())
                ? decided(
                        ConditionStatus.False,
                        "LibvirtRestartNeeded",
                        "libvirt has run since before the hook was written, and sees hooks at its start only; restart it"
                                + " when that suits, guests run on")
                : decided(ConditionStatus.True, "Active", "");
    }

    /** Made beside libvirt's directory and moved: libvirt runs whatever is in there. */
    private void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        var fresh = hooks.resolve(".meridian.new");
        Files.writeString(fresh, script());
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String script() {
        try (var script = LibvirtHook.class.getResourceAsStream("hook.sh")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@SPOOL@", spool.directory().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Decided decided(ConditionStatus status, String reason, String message) {
        return new Decided(CONDITION, status, reason, message);
    }
}
