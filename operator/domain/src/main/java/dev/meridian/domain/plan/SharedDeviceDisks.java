package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.MigrationDevice;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MountedClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Those of the {@link SharedDisks} that are block devices, which each node has by a name of its own. */
final class SharedDeviceDisks {
    private static final String UNKNOWN = "the kernel does not know what it is";

    private SharedDeviceDisks() {}

    /** Nobody could say of another node's device that it is this one. */
    static Optional<String> unknown(MachineDocument document, SharedDisks.Shared shared) {
        return SharedDisks.kept(document, shared)
                .filter(kept -> SharedDisks.isDevice(document, shared) && kept.identity() == null)
                .map(kept ->
                        "%s is %s, and at the guest's start nothing was known of it by which another node could tell that it has the same device: its kernel does not know what it is, or its agent was of an earlier version"
                                .formatted(shared.field(), kept.path()));
    }

    /**
     * Why a claim is not known to be on the other node what the guest has here. Files are compared when the guest goes: this
     * is about devices, and about claims that are of the other kind by now.
     *
     * @param machine as it was started
     */
    static Optional<String> unproven(Situation s, MachineDocument document, Machine machine, Outgoing out) {
        return SharedDisks.of(machine)
                .flatMap(shared -> unproven(s, document, shared, out).map(why -> shared.field() + " " + why).stream())
                .findFirst();
    }

    private static Optional<String> unproven(
            Situation s, MachineDocument document, SharedDisks.Shared shared, Outgoing out) {
        var has = SharedDisks.kept(document, shared).map(KeptDisk::path).orElse("");
        return switch (ClaimDisks.mounted(s, shared.claim())) {
            case MountedClaim.Block(var device, var _, var _, var _)
            when !device.equals(has) -> Optional.of(another(device, has));
            case MountedClaim.Block block ->
                there(out, shared.disk())
                        .map(device -> differing(block, device, out))
                        .orElseGet(() -> Optional.of(
                                "is a block device, and node %s does not say which it is there: its agent is of an earlier version"
                                        .formatted(out.target())));
            case MountedClaim.FileSystem _
            when SharedDisks.isDevice(document, shared) -> Optional.of(another("a file system", has));
            case MountedClaim.FileSystem _, MountedClaim.Awaited _, MountedClaim.Unusable _ -> Optional.empty();
        };
    }

    private static String another(String now, String has) {
        return "is %s now, and the guest has %s; restart the machine".formatted(now, has);
    }

    private static Optional<String> differing(MountedClaim.Block here, MigrationDevice there, Outgoing out) {
        var other = Optional.ofNullable(there.identity());
        return other.isPresent() && other.equals(here.identity())
                ? Optional.empty()
                : Optional.of("is not known to be one device on both nodes: here it is %s (%s), and on node %s %s (%s)"
                        .formatted(
                                here.device(),
                                here.identity().orElse(UNKNOWN),
                                out.target(),
                                there.path(),
                                other.orElse(UNKNOWN)));
    }

    private static Optional<MigrationDevice> there(Outgoing out, DiskShape disk) {
        return out.devices().stream()
                .filter(device -> device.name().equals(disk.name()))
                .findFirst();
    }

    /** The devices of claims that both nodes have. */
    static List<SharedDevice> devices(Situation s, Machine machine, Outgoing out) {
        return SharedDisks.of(machine)
                .flatMap(shared -> device(s, shared, out).stream())
                .toList();
    }

    private static Optional<SharedDevice> device(Situation s, SharedDisks.Shared shared, Outgoing out) {
        return ClaimDisks.mounted(s, shared.claim()) instanceof MountedClaim.Block block
                ? there(out, shared.disk())
                        .map(there -> new SharedDevice(
                                shared.disk().name(),
                                block.device(),
                                block.number(),
                                there.path(),
                                Quantity.getAmountInBytes(there.capacity()).longValue()))
                : Optional.empty();
    }

    /** The document as the other node has it: with its own names of the devices, of which the guest hears there how large they are. */
    static MachineDocument there(MachineDocument document, List<SharedDevice> devices) {
        var disks = new TreeMap<>(document.disks());
        devices.forEach(device -> disks.computeIfPresent(
                device.disk(), (_, kept) -> kept.at(device.there()).grownTo(device.thereBytes())));
        return document.withDisks(disks);
    }

    /** The devices that this node has of a machine that is to come to it. */
    static List<MappedDevice> mapped(Situation s) {
        return SharedDisks.of(s.machine())
                .flatMap(shared -> ClaimDisks.mounted(s, shared.claim()) instanceof MountedClaim.Block block
                        ? Stream.of(new MappedDevice(
                                shared.disk().name(), block.device(), block.sizeBytes(), block.identity()))
                        : Stream.empty())
                .toList();
    }

    /** One that has grown since the guest was started is longer. */
    static Optional<Step> shorter(
            Situation s, MachineDocument document, SharedDisks.Shared shared, MountedClaim.Block block) {
        return SharedDisks.kept(document, shared)
                .map(KeptDisk::sizeBytes)
                .filter(has -> block.sizeBytes() < has)
                .map(has -> SharedDisks.refusal(
                        s,
                        shared,
                        "is a device of %s there, and the guest's has %s"
                                .formatted(DiskSizes.text(block.sizeBytes()), DiskSizes.text(has))));
    }
}
