package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.DiskCache;
import dev.meridian.api.v1alpha1.DiskDevice;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.xml.DiskXml;
import dev.meridian.domain.xml.PlaceXml;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The disks in claims of a machine that migrates: both nodes have them, and nothing of them is copied. */
final class SharedDisks {
    private SharedDisks() {}

    /** A disk and its claim. */
    record Shared(DiskShape disk, GivenClaim claim) {
        String field() {
            return "spec.disks[%s]: PersistentVolumeClaim %s".formatted(disk.name(), claim.name());
        }
    }

    static Stream<Shared> of(Machine machine) {
        return machine.disks().stream()
                .flatMap(disk -> disk.source().givenClaim().map(claim -> new Shared(disk, claim)).stream());
    }

    /**
     * What keeps the running guest from going with its claims.
     *
     * @param machine as it was started
     */
    static Optional<Problem> obstacle(Situation s, MachineDocument document, Machine machine) {
        var wished = of(s.machine()).map(Shared::claim).collect(Collectors.toSet());
        return of(machine)
                .flatMap(shared -> obstacle(s, document, shared)
                        .or(
                                () -> wished.contains(shared.claim())
                                        ? Optional.empty()
                                        : Optional.of(
                                                shared.field()
                                                        + " is a disk of the guest, and spec.disks does not name it any more; restart the machine"))
                        .stream())
                .findFirst()
                .map(message -> new Problem("Disks", message));
    }

    private static Optional<String> obstacle(Situation s, MachineDocument document, Shared shared) {
        if (shared.disk().device() == DiskDevice.Lun) {
            return Optional.of(
                    "spec.disks[%s].device: a Lun is reached by the node's own path to it, which the guest's SCSI reservations are tied to; use device: Disk"
                            .formatted(shared.disk().name()));
        }
        if (kept(document, shared).isEmpty()) {
            return Optional.of(shared.field() + " is not noted with the guest's disks; restart the machine");
        }
        if (!s.supplies().sharedClaims().contains(shared.claim().name())) {
            return Optional.of(
                    shared.field()
                            + " is not known to be ReadWriteMany, so that one node alone may have it; give it that access mode");
        }
        if (isCached(shared.disk())) {
            return Optional.of(
                    "spec.disks[%s].cache: the node keeps some of PersistentVolumeClaim %s in its memory, where another does not see it; give none or directsync"
                            .formatted(shared.disk().name(), shared.claim().name()));
        }
        return SharedDeviceDisks.unknown(document, shared);
    }

    /**
     * As libvirt has it (qemuMigrationSrcIsSafe), of which it is not asked any more once it is told that a file is shared. It
     * is the same with devices: what QEMU reads by the node's page cache may be older than what another node has written.
     */
    private static boolean isCached(DiskShape disk) {
        return !disk.readOnly()
                && disk.driver()
                        .cache()
                        .filter(cache -> cache == DiskCache.none || cache == DiskCache.directsync)
                        .isEmpty();
    }

    /** Why they cannot be looked at where the guest is. */
    static Optional<String> unmounted(Situation s, Machine machine) {
        return of(machine)
                .filter(shared -> !isMounted(s, shared))
                .findFirst()
                .map(
                        shared -> shared.field()
                                + " is not mounted for the machine's reservation pod any more, so that nobody can compare it with the other node's");
    }

    private static boolean isMounted(Situation s, Shared shared) {
        return switch (ClaimDisks.mounted(s, shared.claim())) {
            case MountedClaim.Block _ -> true;
            case MountedClaim.FileSystem system -> system.fileBytes().isPresent();
            case MountedClaim.Awaited _, MountedClaim.Unusable _ -> false;
        };
    }

    static Optional<KeptDisk> kept(MachineDocument document, Shared shared) {
        return Optional.ofNullable(document.disks().get(shared.disk().name()));
    }

    static boolean isDevice(MachineDocument document, Shared shared) {
        return kept(document, shared)
                .filter(kept -> !kept.path().equals(DiskXml.claimed(shared.claim())))
                .isPresent();
    }

    /** What the other node has open for them. */
    static List<SharedFile> files(Situation s, Machine machine, String migration) {
        return of(machine)
                .flatMap(shared ->
                        file(s, shared).map(file -> SharedFile.of(shared.disk().name(), file, migration)).stream())
                .toList();
    }

    private static Optional<PassedFile> file(Situation s, Shared shared) {
        return ClaimDisks.passed(s, shared.disk(), shared.claim());
    }

    /** What the node to which the guest goes still has to do. */
    static Optional<Step> next(Situation s, MachineDocument document, String migration) {
        var isExpected =
                s.supplies().own().expectedBy().filter(migration::equals).isPresent();
        if (isExpected) {
            return Optional.empty();
        }
        return of(s.machine())
                .flatMap(shared -> lacking(s, document, shared).stream())
                .findFirst()
                .or(() -> hasFiles(document, s.machine())
                        ? Optional.of(expect(s, document, migration))
                        : Optional.empty());
    }

    /** Whether some of them are files: what kubelet maps is open already. */
    static boolean hasFiles(MachineDocument document, Machine machine) {
        return of(machine).anyMatch(shared -> !isDevice(document, shared));
    }

    private static Step expect(Situation s, MachineDocument document, String migration) {
        var type = s.host().types().get(document.hypervisor());
        return type == null
                ? Step.Refuse.of(
                        s.now(),
                        "HypervisorUnavailable",
                        "spec.hypervisor: node %s has no %s, which runs the guest"
                                .formatted(s.host().nodeName(), document.hypervisor()))
                : new Step.Expect(
                        PlaceXml.of(s.machine().identity(), type, s.host().clusterId(), migration),
                        migration,
                        files(s, s.machine(), migration));
    }

    /** Nothing is made or grown in a claim that a guest has open elsewhere. */
    private static Optional<Step> lacking(Situation s, MachineDocument document, Shared shared) {
        return switch (ClaimDisks.mounted(s, shared.claim())) {
            case MountedClaim.Awaited() -> Optional.of(ClaimDisks.awaited(s, shared.claim()));
            case MountedClaim.Unusable(var why) -> Optional.of(refusal(s, shared, why));
            case MountedClaim.Block _
            when !isDevice(document, shared) -> Optional.of(refusal(s, shared, "is a block device there"));
            case MountedClaim.Block block -> SharedDeviceDisks.shorter(s, document, shared, block);
            case MountedClaim.FileSystem _
            when isDevice(document, shared) -> Optional.of(refusal(s, shared, "is a file system there"));
            case MountedClaim.FileSystem system -> differing(s, document, shared, system);
        };
    }

    private static Optional<Step> differing(
            Situation s, MachineDocument document, Shared shared, MountedClaim.FileSystem system) {
        if (system.fileBytes().isEmpty()) {
            return Optional.of(
                    refusal(s, shared, "has no %s there, which the guest has open".formatted(MountedClaim.FILE)));
        }
        var size = system.fileBytes().getAsLong();
        return kept(document, shared)
                .map(KeptDisk::sizeBytes)
                .filter(has -> has != size)
                .map(has -> refusal(
                        s,
                        shared,
                        "has a %s of %s there, and the guest's has %s"
                                .formatted(MountedClaim.FILE, DiskSizes.text(size), DiskSizes.text(has))));
    }

    static Step refusal(Situation s, Shared shared, String why) {
        return Step.Refuse.of(s.now(), "ClaimUnusable", shared.field() + " " + why);
    }

    /** What could not be opened will not be while the migration lasts: the guest may try another. */
    static Optional<String> refused(Situation s) {
        return s.progress()
                .failure()
                .filter(failure -> failure.step().equals(Step.Expect.class.getSimpleName()))
                .map(Progress.Failure::message);
    }
}
