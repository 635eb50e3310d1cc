package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.DiskDevice;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.xml.DiskXml;
import java.util.List;
import java.util.Optional;

/** What a start waits for of the disks in claims, and what it passes to the hypervisor of them. */
final class ClaimDisks {
    private ClaimDisks() {}

    /** Also of a start from saved memory: the hypervisor opens the disks anew. */
    static Optional<Step> next(Situation s, Optional<MachineDocument> before) {
        return s.machine().disks().stream()
                .flatMap(disk -> disk.source().givenClaim().flatMap(claim -> next(s, before, disk, claim)).stream())
                .findFirst();
    }

    private static Optional<Step> next(
            Situation s, Optional<MachineDocument> before, DiskShape disk, GivenClaim claim) {
        var wished = disk.source().wishedBytes().stream().boxed().findFirst();
        return switch (mounted(s, claim)) {
            case MountedClaim.Awaited() -> Optional.of(awaited(s, claim));
            case MountedClaim.Unusable(var why) ->
                Optional.of(refusal(s, disk, claim, "ClaimUnusable", "the claim " + why));
            case MountedClaim.Block block ->
                moved(s, before, disk, claim, block).or(() -> wished.map(_ -> ofDevice(s, disk, claim, block)));
            case MountedClaim.FileSystem _
            when disk.device() == DiskDevice.Lun ->
                Optional.of(Step.Refuse.of(
                        s.now(),
                        "InvalidSpec",
                        "spec.disks[%s].device: Lun is a block device, and PersistentVolumeClaim %s is a file system; use a claim of volumeMode Block, or device: Disk"
                                .formatted(disk.name(), claim.name())));
            case MountedClaim.FileSystem system -> next(s, disk, claim, system);
        };
    }

    static Step awaited(Situation s, GivenClaim claim) {
        return new Step.Hold(
                "WaitingForClaim",
                "PersistentVolumeClaim %s is not mounted on node %s yet; kubectl describe pod %s tells more"
                        .formatted(claim.name(), s.host().nodeName(), pod(s)));
    }

    /** Memory that was saved goes on with the device that it knows, which may be another claim's by now. */
    private static Optional<Step> moved(
            Situation s, Optional<MachineDocument> before, DiskShape disk, GivenClaim claim, MountedClaim.Block block) {
        return before.filter(_ -> StartingDocument.hasSavedMemory(s))
                .map(document -> document.disks().get(disk.name()))
                .filter(kept -> !kept.path().equals(block.device()))
                .map(kept -> refusal(
                        s,
                        disk,
                        claim,
                        "ClaimMoved",
                        "it is device %s now, and the machine's saved memory knows it as %s; remove the saved memory (virsh managedsave-remove) to start anew"
                                .formatted(block.device(), kept.path())));
    }

    private static Step ofDevice(Situation s, DiskShape disk, GivenClaim claim, MountedClaim.Block block) {
        return refusal(
                s,
                disk,
                claim,
                "InvalidSpec",
                "it is a block device of %s; leave size out, and expand the claim"
                        .formatted(DiskSizes.text(block.sizeBytes())));
    }

    private static Optional<Step> next(Situation s, DiskShape disk, GivenClaim claim, MountedClaim.FileSystem system) {
        var wished = disk.source().wishedBytes();
        if (system.fileBytes().isEmpty()) {
            return Optional.of(
                    disk.readOnly()
                            ? refusal(s, disk, claim, "ClaimUnusable", "the claim has no " + MountedClaim.FILE)
                            : new Step.SizeClaim(system.file(), wished.orElse(system.capacityBytes())));
        }
        var size = system.fileBytes().getAsLong();
        if (wished.isEmpty() || wished.getAsLong() == size || StartingDocument.hasSavedMemory(s)) {
            return Optional.empty();
        }
        return Optional.of(
                wished.getAsLong() > size
                        ? new Step.SizeClaim(system.file(), wished.getAsLong())
                        : refusal(
                                s,
                                disk,
                                claim,
                                "DiskCannotShrink",
                                "size %s is less than the %s of its %s, and a disk is never shrunk; give at least that"
                                        .formatted(
                                                DiskSizes.text(wished.getAsLong()),
                                                DiskSizes.text(size),
                                                MountedClaim.FILE)));
    }

    private static Step refusal(Situation s, DiskShape disk, GivenClaim claim, String reason, String why) {
        return Step.Refuse.of(
                s.now(),
                reason,
                "spec.disks[%s]: PersistentVolumeClaim %s: %s".formatted(disk.name(), claim.name(), why));
    }

    private static String pod(Situation s) {
        return s.reserved() instanceof Reserved.Bound(var pod, var _, var _) ? pod : "";
    }

    /** What a definition holds of them, once nothing is waited for. */
    static Optional<KeptDisk> kept(Situation s, GivenClaim claim) {
        return switch (mounted(s, claim)) {
            case MountedClaim.Block(var device, var _, var size, var identity) ->
                Optional.of(new KeptDisk(device, size, null, identity.orElse(null)));
            case MountedClaim.FileSystem system
            when system.fileBytes().isPresent() ->
                Optional.of(
                        new KeptDisk(DiskXml.claimed(claim), system.fileBytes().getAsLong(), null));
            case MountedClaim.FileSystem _, MountedClaim.Awaited _, MountedClaim.Unusable _ -> Optional.empty();
        };
    }

    /** The files whose directories a tenant can write in: a link there must not lead the hypervisor elsewhere. */
    static List<PassedFile> passed(Situation s) {
        return s.machine().disks().stream()
                .flatMap(disk -> disk.source().givenClaim().flatMap(claim -> passed(s, disk, claim)).stream())
                .toList();
    }

    static Optional<PassedFile> passed(Situation s, DiskShape disk, GivenClaim claim) {
        return mounted(s, claim) instanceof MountedClaim.FileSystem system
                ? Optional.of(new PassedFile(DiskXml.key(disk), system.file(), !disk.readOnly()))
                : Optional.empty();
    }

    static MountedClaim mounted(Situation s, GivenClaim claim) {
        return s.supplies().claims().getOrDefault(claim.volume(), new MountedClaim.Awaited());
    }
}
