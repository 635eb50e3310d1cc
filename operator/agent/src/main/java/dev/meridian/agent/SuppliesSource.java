package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.GivenValue;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.HostDevices;
import dev.meridian.domain.supply.MadeDisk;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.MountedFilesystem;
import dev.meridian.domain.supply.MountedValue;
import dev.meridian.domain.supply.Supplies;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the node has of what a start of a machine takes. */
final class SuppliesSource {
    private final MountedVolumes volumes;
    private final MountedClaims claims;
    private final ReservationPods pods;
    private final ImageFetches images;
    private final HostDeviceSource hostDevices;
    private final RetainedDisks retained;
    private final ExpectedGuests expected;
    private final LibvirtLink link;

    SuppliesSource(
            MountedVolumes volumes,
            MountedClaims claims,
            ReservationPods pods,
            ImageFetches images,
            HostDeviceSource hostDevices,
            RetainedDisks retained,
            ExpectedGuests expected,
            LibvirtLink link) {
        this.volumes = volumes;
        this.claims = claims;
        this.pods = pods;
        this.images = images;
        this.hostDevices = hostDevices;
        this.retained = retained;
        this.expected = expected;
        this.link = link;
    }

    /** But for the images. */
    Supplies of(Machine machine, Host host, @Nullable Reservation reservation) {
        var directory = Path.of(host.directory(machine.identity()));
        var made = made(machine, host);
        return new Supplies(
                made,
                Map.of(),
                mounted(machine, reservation),
                files(machine, reservation),
                claims(machine, reservation),
                shared(reservation),
                filesystems(machine, reservation),
                hostDevices.of(machine),
                retained(machine, made),
                PoolVolumes.of(machine, link.session()),
                RetainedDisks.marked(directory),
                MachineFiles.exist(directory),
                MachineFiles.own(directory));
    }

    /** What ConfigMaps and Secrets give it alone, and what is noted of its disks: for a machine that runs. */
    Supplies given(Machine machine, Host host, @Nullable Reservation reservation) {
        var directory = Path.of(host.directory(machine.identity()));
        return new Supplies(
                Map.of(),
                Map.of(),
                mounted(machine, reservation),
                files(machine, reservation),
                Map.of(),
                shared(reservation),
                Map.of(),
                HostDevices.NONE,
                Map.of(),
                Map.of(),
                RetainedDisks.marked(directory),
                MachineFiles.exist(directory),
                MachineFiles.own(directory));
    }

    /** The same of one that is to leave the node as it runs, with the claims that its guest has open. */
    Supplies leaving(Machine machine, Host host, @Nullable Reservation reservation) {
        return given(machine, host, reservation).withClaims(claims(machine, reservation));
    }

    private Set<String> shared(@Nullable Reservation reservation) {
        return Optional.ofNullable(reservation)
                .map(Reservation::podUID)
                .map(pods::sharedClaims)
                .orElse(Set.of());
    }

    /** What is there already of files that a machine which is to come has where it is. */
    Supplies ofComing(Supplies supplies, Machine machine, Host host, MachineDocument document) {
        var directory = Path.of(host.directory(machine.identity()));
        return supplies.with(supplies.own()
                .ofComing(
                        MachineFiles.digests(directory, document.files().keySet()),
                        images(host, document),
                        expected.by(machine.identity().uid())));
    }

    /** Named by what they hold, so that one of the name is the one. */
    private static Set<String> images(Host host, MachineDocument document) {
        return document.disks().values().stream()
                .map(KeptDisk::image)
                .filter(Objects::nonNull)
                .map(DiskFile::path)
                .filter(path -> Path.of(host.images()).equals(Path.of(path).getParent()))
                .filter(path -> HostFiles.of(Path.of(path)) instanceof FileFact.Usable)
                .collect(Collectors.toSet());
    }

    /** Those of disks that the machine does not have yet. */
    private Map<String, String> retained(Machine machine, Map<String, MadeDisk> made) {
        var files = new HashMap<String, String>();
        machine.disks().stream()
                .filter(disk -> made.get(disk.name()) instanceof MadeDisk.Missing)
                .forEach(disk -> disk.source()
                        .retainedName()
                        .flatMap(name -> retained.find(machine.identity().namespace(), name))
                        .ifPresent(file -> files.put(disk.name(), file.toString())));
        return files;
    }

    private Map<String, MadeDisk> made(Machine machine, Host host) {
        return machine.disks().stream()
                .filter(disk -> disk.source().isMade())
                .collect(Collectors.toMap(
                        DiskShape::name,
                        disk -> MadeDisks.of(
                                Path.of(host.madeDisk(machine.identity(), disk)), Path.of(host.images()))));
    }

    private Map<String, MountedValue> mounted(Machine machine, @Nullable Reservation reservation) {
        var mounted = new HashMap<String, MountedValue>();
        var pod = Optional.ofNullable(reservation).map(Reservation::podUID);
        machine.secrets().forEach(secret -> pod.ifPresent(uid -> mounted.put(secret.volume(), read(uid, secret))));
        return mounted;
    }

    private Map<String, MountedFiles> files(Machine machine, @Nullable Reservation reservation) {
        var mounted = new HashMap<String, MountedFiles>();
        var pod = Optional.ofNullable(reservation).map(Reservation::podUID);
        Stream.concat(machine.givenFiles().stream(), machine.keySecrets().stream())
                .forEach(given -> pod.ifPresent(uid -> mounted.put(given.volume(), volumes.files(uid, given))));
        return mounted;
    }

    private Map<String, MountedClaim> claims(Machine machine, @Nullable Reservation reservation) {
        var mounted = new HashMap<String, MountedClaim>();
        var pod = Optional.ofNullable(reservation).map(Reservation::podUID);
        machine.diskClaims()
                .forEach(claim -> pod.ifPresent(uid ->
                        mounted.put(claim.volume(), claims.of(uid, claim, pods.claimCapacity(uid, claim.name())))));
        return mounted;
    }

    private Map<String, MountedFilesystem> filesystems(Machine machine, @Nullable Reservation reservation) {
        var mounted = new HashMap<String, MountedFilesystem>();
        var pod = Optional.ofNullable(reservation).map(Reservation::podUID);
        machine.filesystems()
                .forEach(filesystem -> pod.ifPresent(
                        uid -> mounted.put(filesystem.claim().volume(), claims.filesystem(uid, filesystem.claim()))));
        return mounted;
    }

    private MountedValue read(String pod, GivenValue.FromSecret secret) {
        return volumes.value(pod, secret.volume(), secret.key());
    }

    /** Asking for an image is what brings it to the node. */
    Supplies withImages(Supplies supplies, String namespace, List<String> names) {
        Function<String, ImageFact> fact = name -> images.of(namespace, name);
        return new Supplies(
                supplies.made(),
                names.stream().distinct().collect(Collectors.toMap(name -> name, fact)),
                supplies.mounted(),
                supplies.files(),
                supplies.claims(),
                supplies.sharedClaims(),
                supplies.filesystems(),
                supplies.hostDevices(),
                supplies.retained(),
                supplies.volumes(),
                supplies.marked(),
                supplies.hasFiles(),
                supplies.own());
    }
}
