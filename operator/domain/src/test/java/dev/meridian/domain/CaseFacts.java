package dev.meridian.domain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.clock.GuestClockState;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestTrack;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.clock.RtcChange;
import dev.meridian.domain.guest.GuestInfo;
import dev.meridian.domain.guest.GuestReport;
import dev.meridian.domain.guest.Probed;
import dev.meridian.domain.guest.Propagated;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.host.KubeletCpus;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ChosenFirmware;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.plan.Assignment;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Progress;
import dev.meridian.domain.plan.Reserved;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.HostDevices;
import dev.meridian.domain.supply.MadeDisk;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.MountedFilesystem;
import dev.meridian.domain.supply.MountedValue;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.domain.supply.Supplies;
import dev.meridian.domain.supply.VolumeFact;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code situation.yaml} says of a case; all is optional. Without it: a node with QEMU, its network active, all
 * files usable and opened, room reserved, the machine assigned here and not defined.
 *
 * @param types domain types that the node offers
 * @param architecture of the node, where it is not x86_64
 * @param networks libvirt networks of the node, with whether they are active
 * @param pools the opened storage pools
 * @param files what is wrong with a file, by its path: "missing", or why it is refused
 * @param supplies what the node has of disks, images and Secrets; nothing without it
 * @param reservation what is wrong with the reservation pod, or how many bytes it holds
 * @param cpus what kubelet's CPU manager gives the reservation pod; without it, that has not the policy static
 * @param seen the domain; absent without it
 * @param migration of the machine to another node
 * @param clockSeen when what the migration's target says of its clock was heard
 * @param arrived whether the libvirt to which the machine was to go has all of its guest, once it was asked
 * @param migratedAt when libvirt told of a migration to another host
 * @param undefined fields of the document of a domain that was here until somebody undefined it
 * @param handedOver fields of the document that another node has handed over, where they differ from the sample's
 */
record CaseFacts(
        @Nullable Instant now,
        boolean deleting,
        @Nullable List<HypervisorType> types,
        @Nullable String architecture,
        @Nullable Map<String, Boolean> networks,
        @Nullable List<OpenedPaths.Opened> opened,
        @Nullable List<OpenedPaths.Opened> pools,
        @Nullable Map<String, String> files,
        @Nullable Stock supplies,
        @Nullable Room reservation,
        @Nullable Cpus cpus,
        @Nullable Place assignment,
        @Nullable Seen seen,
        @Nullable JsonNode handedOver,
        @Nullable JsonNode undefined,
        @Nullable String migratedAt,
        @Nullable VirtualMachineMigration migration,
        @Nullable String clockSeen,
        @Nullable Boolean arrived,
        @Nullable Past progress) {

    /** Images, made disks and mounted values by name; an absent one is not there. */
    record Stock(
            @Nullable Map<String, ImageFact.Ready> ready,
            @Nullable Map<String, Integer> fetching,
            @Nullable Map<String, ImageFact.Failed> failed,
            @Nullable Map<String, Made> made,
            @Nullable Map<String, String> unusable,
            @Nullable Map<String, DiskFile> imageLost,
            @Nullable Map<String, String> mounted,
            @Nullable Map<String, String> unusableValues,
            @Nullable Map<String, SortedMap<String, String>> files,
            @Nullable Map<String, String> unusableFiles,
            @Nullable Map<String, Mounted> claims,
            @Nullable Set<String> sharedClaims,
            @Nullable Map<String, Mounted> filesystems,
            @Nullable HostDevices hostDevices,
            @Nullable Map<String, String> retained,
            @Nullable Map<String, String> volumes,
            @Nullable Set<String> marked,
            boolean hasFiles,
            @Nullable Moving moving,
            @Nullable Set<String> disks,
            @Nullable Map<String, String> digests,
            @Nullable String expectedBy) {
        Supplies supplies() {
            var images = new HashMap<String, ImageFact>(or(ready));
            or(fetching).forEach((name, percent) -> images.put(name, new ImageFact.Fetching(percent)));
            images.putAll(or(failed));
            var madeDisks = new HashMap<String, MadeDisk>();
            or(made).forEach((name, disk) ->
                    madeDisks.put(name, new MadeDisk.Made(disk.sizeBytes(), Optional.ofNullable(disk.image()))));
            or(unusable).forEach((name, why) -> madeDisks.put(name, new MadeDisk.Unusable(why)));
            or(imageLost).forEach((name, image) -> madeDisks.put(name, new MadeDisk.ImageLost(image)));
            var values = new HashMap<String, MountedValue>();
            or(mounted)
                    .forEach((volume, text) ->
                            values.put(volume, new MountedValue.Value(text.getBytes(StandardCharsets.UTF_8))));
            or(unusableValues).forEach((volume, why) -> values.put(volume, new MountedValue.Unusable(why)));
            var given = new HashMap<String, MountedFiles>();
            or(files).forEach((volume, contents) -> given.put(volume, new MountedFiles.Files(bytes(contents))));
            or(unusableFiles).forEach((volume, why) -> given.put(volume, new MountedFiles.Unusable(why)));
            var mounts = new HashMap<String, MountedClaim>();
            or(claims).forEach((volume, mounted) -> mounts.put(volume, mounted.claim()));
            var shares = new HashMap<String, MountedFilesystem>();
            or(filesystems).forEach((volume, mounted) -> shares.put(volume, mounted.filesystem()));
            return new Supplies(
                    madeDisks,
                    images,
                    values,
                    given,
                    mounts,
                    sharedClaims == null ? Set.of() : sharedClaims,
                    shares,
                    Objects.requireNonNullElse(hostDevices, HostDevices.NONE),
                    or(retained),
                    volumeFacts(),
                    marked == null ? Set.of() : marked,
                    hasFiles,
                    new OwnFiles(
                            Optional.ofNullable(moving),
                            disks == null ? Set.of() : disks,
                            or(digests),
                            Set.of(),
                            Optional.ofNullable(expectedBy)));
        }

        /** By disk the volume's path, or what is wrong with it. */
        private Map<String, VolumeFact> volumeFacts() {
            var facts = new HashMap<String, VolumeFact>();
            or(volumes)
                    .forEach((disk, said) -> facts.put(
                            disk,
                            switch (said) {
                                case "no pool" -> new VolumeFact.PoolMissing();
                                case "inactive" -> new VolumeFact.PoolInactive();
                                case "missing" -> new VolumeFact.Missing();
                                case String path when path.startsWith("/") -> new VolumeFact.Usable(path);
                                case String why -> new VolumeFact.Refused(why);
                            }));
            return facts;
        }

        private static SortedMap<String, byte[]> bytes(SortedMap<String, String> texts) {
            var contents = new TreeMap<String, byte[]>();
            texts.forEach((name, text) -> contents.put(name, text.getBytes(StandardCharsets.UTF_8)));
            return contents;
        }

        private static <T> Map<String, T> or(@Nullable Map<String, T> given) {
            return given == null ? Map.of() : given;
        }
    }

    /** A claim: the one of the members that is given says how it is. */
    record Mounted(
            @Nullable String directory,
            @Nullable Long fileBytes,
            long capacityBytes,
            @Nullable String device,
            @Nullable String identity,
            @Nullable String unusable) {
        MountedFilesystem filesystem() {
            return directory == null
                    ? new MountedFilesystem.Unusable(Objects.requireNonNull(unusable))
                    : new MountedFilesystem.Directory("/var/lib/kubelet/pods/" + directory);
        }

        MountedClaim claim() {
            if (device != null) {
                return new MountedClaim.Block(device, "8:32", capacityBytes, Optional.ofNullable(identity));
            }
            return directory == null
                    ? new MountedClaim.Unusable(Objects.requireNonNull(unusable))
                    : new MountedClaim.FileSystem(
                            new Beneath("/var/lib/kubelet/pods", directory),
                            fileBytes == null ? OptionalLong.empty() : OptionalLong.of(fileBytes),
                            capacityBytes);
        }
    }

    /** A disk's file. */
    record Made(long sizeBytes, @Nullable DiskFile image) {}

    /** The reservation pod. */
    record Room(
            @Nullable String missing,
            @Nullable String vacate,
            @Nullable Map<String, Quantity> held,
            @Nullable Long vcpus) {}

    /** What kubelet gives of the node's CPUs. */
    record Cpus(@Nullable List<Integer> shared, @Nullable List<Integer> own, boolean settled) {
        KubeletCpus facts() {
            return new KubeletCpus(
                    Objects.requireNonNullElse(shared, List.of()), Objects.requireNonNullElse(own, List.of()), settled);
        }
    }

    /** Another place than here. */
    record Place(@Nullable String leavingTo, boolean handedOver, boolean released) {}

    /** The domain; {@code document} holds the fields that differ from the sample's. */
    record Seen(
            @Nullable String unreachable,
            @JsonProperty("foreign") Observation.@Nullable Foreign foreign,
            @Nullable Integer newerFormat,
            @Nullable String unreadableHandover,
            Observation.Power.@Nullable State state,
            @Nullable String reason,
            @Nullable Integer id,
            @Nullable String name,
            @Nullable Boolean persistent,
            boolean savedMemory,
            @Nullable String mark,
            boolean cameUp,
            @Nullable Instant rebootedAt,
            @Nullable Instant watchdogFiredAt,
            @Nullable JsonNode document,
            @Nullable String machineType,
            @Nullable Map<String, Map<String, String>> addresses,
            @Nullable ChosenFirmware firmware,
            @Nullable LiveClock liveClock,
            @Nullable RtcChange rtcChange,
            @Nullable RtcChange hookClock,
            @Nullable Boolean watched,
            @Nullable Map<String, List<String>> interfaceAddresses,
            @Nullable Guest guest,
            HostStep.@Nullable Stepped hostStepped,
            boolean hostUnwatched,
            @Nullable String readiness,
            @Nullable String liveness,
            @Nullable String keys,
            boolean migrating,
            boolean guarded) {

        HostStep hostStep() {
            if (hostStepped != null) {
                return hostStepped;
            }
            return hostUnwatched ? new HostStep.Unknown() : new HostStep.None();
        }
    }

    /** A guest with an agent; without a reading one that does not answer. */
    record Guest(
            @Nullable GuestReading first,
            @Nullable GuestReading latest,
            GuestClockState.@Nullable Setting lastSet,
            @Nullable String failure,
            @Nullable Map<String, String> tells) {

        Optional<GuestInfo> info() {
            return Optional.ofNullable(tells).map(told -> GuestInfo.of(told, Optional.of("7.2.22")));
        }

        GuestClockState state() {
            return new GuestClockState(
                    true,
                    Optional.ofNullable(latest)
                            .map(reading -> new GuestTrack(Objects.requireNonNullElse(first, reading), reading)),
                    Optional.ofNullable(lastSet),
                    Optional.ofNullable(failure));
        }
    }

    /** What became of earlier steps. */
    record Past(
            boolean inFlight,
            @Nullable Instant inFlightSince,
            Progress.@Nullable Failure failure,
            @Nullable Instant askedAt,
            @Nullable Instant resumedAt) {}

    private static final Map<HypervisorType, DomainTypeFacts> ALL_TYPES = Map.of(
            HypervisorType.QEMU, Samples.QEMU, HypervisorType.KVM, Samples.KVM, HypervisorType.Test, Samples.TEST);

    Situation situation(VirtualMachine manifest) {
        var identity = new Identity(
                manifest.getMetadata().getNamespace(), manifest.getMetadata().getName(), Samples.IDENTITY.uid());
        var spec = manifest.getSpec();
        var machine = Machine.of(identity, spec);
        return new Situation(
                machine,
                spec,
                Optional.ofNullable(manifest.getMetadata().getGeneration()).orElse(1L),
                deleting,
                assigned(),
                observation(identity, spec),
                Samples.host(offered(), networks == null ? Map.of("default", true) : networks),
                new OpenedPaths(
                        opened == null ? List.of(new OpenedPaths.Opened("/var/lib", false)) : opened,
                        pools == null ? List.of() : pools),
                fileFacts(machine),
                supplies == null ? Supplies.NONE : supplies.supplies(),
                reserved(),
                cpus == null ? KubeletCpus.UNMANAGED : cpus.facts(),
                Optional.ofNullable(manifest.getStatus()).orElse(VirtualMachineStatus.NONE),
                Optional.ofNullable(handedOver).map(tree -> document(identity, spec, tree)),
                Optional.ofNullable(undefined).map(tree -> document(identity, spec, tree)),
                Optional.ofNullable(migratedAt).map(Instant::parse),
                past(),
                now == null ? Samples.NOW : now,
                NetworkFacts.NONE,
                Optional.ofNullable(migration)
                        .flatMap(found -> Outgoing.of(
                                found, Optional.ofNullable(clockSeen).map(Instant::parse)))
                        .map(out -> arrived == null ? out : out.arrived(arrived)));
    }

    private Map<HypervisorType, DomainTypeFacts> offered() {
        var offered = new EnumMap<HypervisorType, DomainTypeFacts>(HypervisorType.class);
        (types == null ? List.of(HypervisorType.QEMU) : types)
                .forEach(t -> offered.put(
                        t, architecture == null ? ALL_TYPES.get(t) : Samples.on(architecture, ALL_TYPES.get(t))));
        return offered;
    }

    private Assignment assigned() {
        if (assignment == null) {
            return new Assignment.Here(1);
        }
        return assignment.leavingTo() == null
                ? new Assignment.Released()
                : new Assignment.Leaving(assignment.leavingTo(), assignment.handedOver());
    }

    private Map<String, FileFact> fileFacts(Machine machine) {
        var facts = new HashMap<String, FileFact>();
        Planner.files(machine).forEach(path -> facts.put(path, new FileFact.Usable()));
        if (files != null) {
            files.forEach((path, wrong) ->
                    facts.put(path, wrong.equals("missing") ? new FileFact.Missing() : new FileFact.Refused(wrong)));
        }
        return facts;
    }

    private Reserved reserved() {
        if (reservation != null && reservation.missing() != null) {
            return new Reserved.Missing(reservation.missing());
        }
        if (reservation != null && reservation.vacate() != null) {
            return new Reserved.Vacate("web-1", reservation.vacate());
        }
        return new Reserved.Bound(
                "web-1",
                reservation == null || reservation.held() == null ? Samples.PLENTY : reservation.held(),
                reservation == null || reservation.vcpus() == null ? 0 : reservation.vcpus());
    }

    private Progress past() {
        if (progress == null) {
            return Progress.NONE;
        }
        return new Progress(
                progress.inFlight()
                        ? Optional.of(new Progress.InFlight(
                                new Step.Shutdown(Step.Shutdown.Way.PowerButton),
                                Objects.requireNonNullElse(progress.inFlightSince(), Samples.NOW)))
                        : Optional.empty(),
                Optional.ofNullable(progress.failure()),
                Optional.ofNullable(progress.askedAt()),
                Optional.ofNullable(progress.resumedAt()));
    }

    private Observation observation(Identity identity, VirtualMachineSpec spec) {
        if (seen == null) {
            return new Observation.Absent();
        }
        if (seen.unreachable() != null) {
            return new Observation.Unreachable(seen.unreachable());
        }
        if (seen.foreign() != null) {
            return seen.foreign();
        }
        if (seen.newerFormat() != null) {
            return new Observation.NewerFormat(seen.newerFormat());
        }
        if (seen.unreadableHandover() != null) {
            return new Observation.UnreadableHandover(seen.unreadableHandover());
        }
        var document = document(identity, spec, seen.document());
        return new Observation.Present(
                new Observation.Power(seen.state(), seen.reason()),
                seen.id() == null ? OptionalInt.empty() : OptionalInt.of(seen.id()),
                Objects.requireNonNullElse(seen.name(), identity.domainName()),
                Objects.requireNonNullElse(seen.persistent(), true),
                seen.savedMemory(),
                Objects.requireNonNullElse(
                        seen.mark(), Objects.requireNonNullElse(document.definition(), Samples.MARK)),
                seen.cameUp(),
                Optional.ofNullable(seen.rebootedAt()),
                Optional.ofNullable(seen.watchdogFiredAt()),
                document,
                Optional.ofNullable(seen.machineType()).or(() -> Optional.ofNullable(document.machineType())),
                seen.addresses() == null ? document.addresses() : seen.addresses(),
                Optional.ofNullable(seen.firmware()),
                Optional.ofNullable(seen.liveClock()),
                Optional.ofNullable(seen.rtcChange()),
                Optional.ofNullable(seen.hookClock()),
                Objects.requireNonNullElse(seen.watched(), true),
                seen.interfaceAddresses() == null ? Map.of() : seen.interfaceAddresses(),
                seen.guest() == null ? GuestClockState.NONE : seen.guest().state(),
                seen.hostStep(),
                new GuestReport(
                        seen.guest() == null ? Optional.empty() : seen.guest().info(),
                        document.run().startedAt(),
                        probed(seen.readiness()),
                        probed(seen.liveness()),
                        propagated(seen.keys())),
                seen.migrating(),
                seen.guarded());
    }

    /** A probe: not yet, passes, or why it fails. */
    private static Probed probed(@Nullable String said) {
        return switch (said) {
            case null -> new Probed.Unknown();
            case "not yet" -> new Probed.NotYet();
            case "passes" -> new Probed.Passes();
            case String why -> new Probed.Fails(why);
        };
    }

    /** Keys: done, or why not. */
    private static Propagated propagated(@Nullable String said) {
        return switch (said) {
            case null -> new Propagated.NotYet();
            case "done" -> new Propagated.Done();
            case String why -> new Propagated.Failed(why);
        };
    }

    private static MachineDocument document(
            Identity identity, VirtualMachineSpec spec, @Nullable JsonNode differences) {
        var tree = (ObjectNode) Yaml.tree(Samples.document(spec));
        tree.set("object", Yaml.tree(identity));
        if (differences != null) {
            Yaml.merge(tree, differences);
        }
        return Yaml.read(tree, MachineDocument.class);
    }
}
