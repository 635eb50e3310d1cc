package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.Samples;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.MadeDisk;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.Moving.Role;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.domain.supply.Supplies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a node makes ready, look by look. */
class ArrivalTest {
    private static final String MIGRATION = "migration-uid";
    private static final String DIRECTORY = "/var/lib/meridian/machines/" + Samples.IDENTITY.uid();
    private static final Moving COMING = new Moving(Role.Coming, MIGRATION, "team-a", "web", null, false);
    private static final VirtualMachineSpec GIVEN = Samples.spec("""
            memory: {guest: 256Mi}
            cloudInit: {userData: "#cloud-config\\n{}"}
            disks: [{name: config, configMap: {name: settings}}]
            """);

    @Test
    void givenFilesAreMadeUnderANoteAndAreTheGuestsOwn() {
        // given
        var document = started(GIVEN);
        var own = OwnFiles.NONE;

        // when
        var noted = act(GIVEN, document, own);
        own = new OwnFiles(Optional.of(COMING), Set.of(), Map.of(), Set.of(), Optional.empty());
        var written = act(GIVEN, document, own);
        var digests = ((Step.WriteFiles) written)
                .files().stream().collect(Collectors.toMap(NewFile::name, file -> Digests.sha256(file.content())));
        own = own.ofComing(digests, Set.of(), Optional.empty());

        // then
        assertThat(noted).isEqualTo(new Step.MarkFiles(DIRECTORY, COMING));
        assertThat(((Step.WriteFiles) written).files())
                .isEqualTo(start(GIVEN).files())
                .extracting(NewFile::path)
                .containsExactly(DIRECTORY + "/cloud-init.iso", DIRECTORY + "/config_files.iso");
        assertThat(next(GIVEN, document, own)).isEqualTo(new Arrival.Ready(List.of()));
    }

    @Test
    void machineWithoutFilesNeedsNone() {
        var spec = Samples.spec("{memory: {guest: 256Mi}}");

        assertThat(next(spec, started(spec), OwnFiles.NONE)).isEqualTo(new Arrival.Ready(List.of()));
    }

    @Test
    void whatIsNotWhatTheGuestWasStartedWithIsRefused() {
        // given
        var document = started(GIVEN);
        var own = new OwnFiles(Optional.of(COMING), Set.of(), Map.of(), Set.of(), Optional.empty());
        var files = new MountedFiles.Files(new TreeMap<>(Map.of("a", new byte[] {2})));
        var s = situation(GIVEN, own);
        var volume = s.machine().givenFiles().getFirst().volume();

        // when
        var secretChanged = Arrival.next(
                s.with(new Supplies(
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(volume, files),
                        Map.of(),
                        Set.of(),
                        Map.of(),
                        s.supplies().hostDevices(),
                        Map.of(),
                        Map.of(),
                        Set.of(),
                        false,
                        own)),
                document,
                MIGRATION);
        var specChanged = next(
                Arrival.spec(document, Samples.spec("{memory: {guest: 256Mi}, cloudInit: {userData: \"#!/bin/sh\"}}")),
                document,
                own);
        var otherAgent = next(GIVEN, document.withFiles(Map.of("cloud-init.iso", "of-another")), own);

        // then
        assertThat(secretChanged)
                .isEqualTo(new Arrival.Refused(
                        "spec.disks[config].configMap: not what the guest was started with; restart the machine"));
        assertThat(specChanged)
                .isEqualTo(new Arrival.Refused(
                        "spec.cloudInit: not what the guest was started with; restart the machine"));
        assertThat(otherAgent)
                .isEqualTo(
                        new Arrival.Refused(
                                "its agent makes other files of what the machine is given than the guest has; restart the machine"));
    }

    @Test
    void filesOfAnotherMigrationGoFirstAndDisksThatNobodyNotedAreLeftAlone() {
        // given
        var document = started(GIVEN);
        var gone = new Moving(Role.Gone, "an-earlier-one", "team-a", "web", null, false);
        var disk = DIRECTORY + "/data.qcow2";

        // when
        var left = act(
                GIVEN, document, new OwnFiles(Optional.of(gone), Set.of(disk), Map.of(), Set.of(), Optional.empty()));
        var unnoted = next(
                GIVEN, document, new OwnFiles(Optional.empty(), Set.of(disk), Map.of(), Set.of(), Optional.empty()));

        // then
        assertThat(left).isEqualTo(new Step.DropFiles(DIRECTORY, gone));
        assertThat(unnoted)
                .isEqualTo(new Arrival.Refused(
                        "it keeps disks of the machine from before, which nothing overwrites: %s; move them away"
                                .formatted(disk)));
    }

    private static final String IMAGE = "/var/lib/meridian/image-cache/content/sha256-aa";
    private static final DiskFile BELOW = new DiskFile(IMAGE, DiskFormat.qcow2);
    private static final MadeDisk ROOT = new MadeDisk.Made(10L << 30, Optional.of(BELOW));
    private static final MadeDisk DATA = new MadeDisk.Made(2L << 30, Optional.empty());
    private static final VirtualMachineSpec DISKS = Samples.spec("""
            memory: {guest: 256Mi}
            disks:
            - {name: root, image: {name: debian-12}, size: 10Gi}
            - {name: data, blank: {}, size: 2Gi}
            """);

    /** With which {@code grow} has been done since the spec was written. */
    private static MachineDocument withDisks(long grow) {
        return Samples.document(DISKS)
                .withDisks(Map.of(
                        "root", new KeptDisk(path("root"), (10L << 30) + grow, BELOW),
                        "data", new KeptDisk(path("data"), 2L << 30, null)));
    }

    private static String path(String disk) {
        var s = situation(DISKS, OwnFiles.NONE);
        return s.machine().disks().stream()
                .filter(shape -> shape.name().equals(disk))
                .map(shape -> s.host().madeDisk(Samples.IDENTITY, shape))
                .findFirst()
                .orElseThrow();
    }

    private static Situation there(Map<String, MadeDisk> made, Map<String, ImageFact> images, boolean isImageHere) {
        var s = Samples.situation(DISKS, new Observation.Absent(), Samples.NOW);
        return s.with(new Supplies(
                made,
                images,
                Map.of(),
                Map.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                s.supplies().hostDevices(),
                Map.of(),
                Map.of(),
                Set.of(),
                true,
                new OwnFiles(
                        Optional.of(COMING),
                        Set.of(),
                        Map.of(),
                        isImageHere ? Set.of(IMAGE) : Set.of(),
                        Optional.empty())));
    }

    @Test
    void disksAreMadeOfTheSizeThatTheyHaveAboveTheImageThatTheyHave() {
        // given
        var document = withDisks(1 << 20);

        // when
        var first = Arrival.next(there(Map.of(), Map.of(), true), document, MIGRATION);
        var grown = new MadeDisk.Made((10L << 30) + (1 << 20), Optional.of(BELOW));
        var second = Arrival.next(there(Map.of("root", grown), Map.of(), true), document, MIGRATION);
        var third = Arrival.next(there(Map.of("root", grown, "data", DATA), Map.of(), true), document, MIGRATION);

        // then
        assertThat(first)
                .isEqualTo(new Arrival.Act(new Step.MakeDisk(path("root"), (10L << 30) + (1 << 20), BELOW, false)));
        assertThat(second).isEqualTo(new Arrival.Act(new Step.MakeDisk(path("data"), 2L << 30, null, false)));
        assertThat(third).isEqualTo(new Arrival.Ready(List.of()));
    }

    @Test
    void diskThatIsNotAsTheGuestsIsMadeAnew() {
        // given
        var document = withDisks(1 << 20);

        // when
        var next = Arrival.next(there(Map.of("root", ROOT), Map.of(), true), document, MIGRATION);

        // then
        assertThat(next).isEqualTo(new Arrival.Act(new Step.DropFiles(DIRECTORY, COMING)));
    }

    @Test
    void imageBelowADiskMustBeTheOneThatTheGuestHas() {
        // given
        var document = withDisks(0);
        var ready = new ImageFact.Ready(
                "/var/lib/meridian/image-cache/content/sha256-bb", ImageFormat.qcow2, 10L << 30, "");

        // when
        var fetching = next(document, new ImageFact.Fetching(3));
        var another = next(document, ready);
        var none = next(document, new ImageFact.NoImage());

        // then
        assertThat(fetching).isEqualTo(new Arrival.Awaited("node worker-0 fetches image debian-12"));
        assertThat(another)
                .isEqualTo(new Arrival.Refused(
                        "spec.disks[root]: the guest's disk is or lies above %s, which is not on node worker-0, and VirtualMachineImage debian-12 gives another one now, /var/lib/meridian/image-cache/content/sha256-bb"
                                .formatted(IMAGE)));
        assertThat(none)
                .isEqualTo(new Arrival.Refused(
                        "spec.disks[root]: the guest's disk is or lies above %s, which is not on node worker-0, and there is no VirtualMachineImage debian-12"
                                .formatted(IMAGE)));
    }

    private static Arrival next(MachineDocument document, ImageFact image) {
        return Arrival.next(there(Map.of(), Map.of("debian-12", image), false), document, MIGRATION);
    }

    private static Step act(VirtualMachineSpec spec, MachineDocument document, OwnFiles own) {
        var next = next(spec, document, own);
        assertThat(next).isInstanceOf(Arrival.Act.class);
        return ((Arrival.Act) next).step();
    }

    private static Arrival next(VirtualMachineSpec spec, MachineDocument document, OwnFiles own) {
        return Arrival.next(situation(spec, own), document, MIGRATION);
    }

    private static Situation situation(VirtualMachineSpec spec, OwnFiles own) {
        var s = Samples.situation(spec, new Observation.Absent(), Samples.NOW);
        return s.with(s.supplies().with(own));
    }

    private static MachineDocument started(VirtualMachineSpec spec) {
        return start(spec).document();
    }

    private static Step.Start start(VirtualMachineSpec spec) {
        return (Step.Start) Planner.next(situation(spec, OwnFiles.NONE));
    }

    private static final VirtualMachineSpec CLAIMED = Samples.spec(
            "{memory: {guest: 256Mi}, disks: [{name: data, persistentVolumeClaim: {claimName: both}, cache: none}]}");

    private static final MountedClaim.FileSystem HAS_FILE =
            new MountedClaim.FileSystem(new Beneath("/kubelet", "both"), OptionalLong.of(1 << 20), 1 << 20);

    private static final MountedClaim.Block DEVICE =
            new MountedClaim.Block("/dev/rbd3", "252:48", 1 << 20, Optional.of("rbd pool image"));

    @Test
    void filesOfClaimsAreHeldOpenBeforeTheGuestComesAndNoneIsMade() {
        // when
        var expected = arrivalWith(HAS_FILE, OwnFiles.NONE);
        var held = arrivalWith(HAS_FILE, OwnFiles.NONE.ofComing(Map.of(), Set.of(), Optional.of(MIGRATION)));
        var heldForAnother = arrivalWith(HAS_FILE, OwnFiles.NONE.ofComing(Map.of(), Set.of(), Optional.of("another")));

        // then
        assertThat(expected)
                .isInstanceOfSatisfying(
                        Arrival.Act.class,
                        act -> assertThat(act.step()).isInstanceOfSatisfying(Step.Expect.class, expect -> {
                            assertThat(expect.migration()).isEqualTo(MIGRATION);
                            assertThat(expect.files())
                                    .extracting(SharedFile::file)
                                    .containsExactly(new PassedFile("ua-disk-data", HAS_FILE.file(), true));
                        }));
        assertThat(held).isEqualTo(new Arrival.Ready(List.of()));
        assertThat(heldForAnother).isEqualTo(expected);
    }

    @Test
    void claimsThatAreNotTheGuestsAreRefused() {
        assertThat(arrivalWith(
                        new MountedClaim.FileSystem(HAS_FILE.directory(), OptionalLong.empty(), 1 << 20),
                        OwnFiles.NONE))
                .isEqualTo(refusedBecause("has no disk.img there, which the guest has open"));
        assertThat(arrivalWith(
                        new MountedClaim.FileSystem(HAS_FILE.directory(), OptionalLong.of(2 << 20), 1 << 20),
                        OwnFiles.NONE))
                .isEqualTo(refusedBecause("has a disk.img of 2Mi there, and the guest's has 1Mi"));
        assertThat(arrivalWith(DEVICE, OwnFiles.NONE)).isEqualTo(refusedBecause("is a block device there"));
        assertThat(arrivalWith(new MountedClaim.Unusable("has a disk.img that is no regular file"), OwnFiles.NONE))
                .isEqualTo(refusedBecause("has a disk.img that is no regular file"));
        assertThat(arrivalWith(new MountedClaim.Awaited(), OwnFiles.NONE)).isInstanceOf(Arrival.Awaited.class);
    }

    /** kubelet has them open: there is nothing to hold. */
    @Test
    void devicesOfClaimsAreToldByTheNamesThatTheyHaveHere() {
        // when
        var next = arrivalOfDeviceWith(DEVICE, OwnFiles.NONE);

        // then
        assertThat(next)
                .isEqualTo(new Arrival.Ready(
                        List.of(new MappedDevice("data", "/dev/rbd3", 1 << 20, Optional.of("rbd pool image")))));
        assertThat(Arrival.isHeld(withDisk("/dev/rbd0"), MIGRATION, Optional.empty()))
                .isTrue();
        assertThat(Arrival.isHeld(withDisk("/persistentVolumeClaim/both/disk.img"), MIGRATION, Optional.empty()))
                .isFalse();
    }

    @Test
    void devicesThatCannotBeTheGuestsAreRefused() {
        assertThat(arrivalOfDeviceWith(
                        new MountedClaim.Block("/dev/rbd3", "252:48", (1 << 20) - 512, Optional.of("rbd pool image")),
                        OwnFiles.NONE))
                .isEqualTo(refusedBecause("is a device of 1048064 there, and the guest's has 1Mi"));
        assertThat(arrivalOfDeviceWith(HAS_FILE, OwnFiles.NONE)).isEqualTo(refusedBecause("is a file system there"));
        assertThat(arrivalOfDeviceWith(
                        new MountedClaim.Unusable("is a device that kubelet does not have"), OwnFiles.NONE))
                .isEqualTo(refusedBecause("is a device that kubelet does not have"));
        assertThat(arrivalOfDeviceWith(new MountedClaim.Awaited(), OwnFiles.NONE))
                .isInstanceOf(Arrival.Awaited.class);
    }

    /** The claim was expanded since the guest was started. */
    @Test
    void deviceThatHasGrownIsTheGuests() {
        assertThat(arrivalOfDeviceWith(
                        new MountedClaim.Block("/dev/rbd3", "252:48", 2 << 20, Optional.of("rbd pool image")),
                        OwnFiles.NONE))
                .isEqualTo(new Arrival.Ready(
                        List.of(new MappedDevice("data", "/dev/rbd3", 2 << 20, Optional.of("rbd pool image")))));
    }

    /** The same byte for both nodes, another for each migration and disk, and none within a file. */
    @Test
    void markIsTheMigrationsAndTheDisks() {
        var file = new PassedFile("ua-disk-data", HAS_FILE.file(), true);
        var there = new PassedFile("ua-disk-data", new Beneath("/elsewhere", "both"), true);
        var other = new PassedFile("ua-disk-other", HAS_FILE.file(), true);

        assertThat(SharedFile.of("data", there, MIGRATION).mark())
                .isEqualTo(SharedFile.of("data", file, MIGRATION).mark())
                .isGreaterThanOrEqualTo(1L << 62)
                .isNotEqualTo(SharedFile.of("data", file, "another").mark())
                .isNotEqualTo(SharedFile.of("other", other, MIGRATION).mark());
    }

    private static Arrival.Refused refusedBecause(String why) {
        return new Arrival.Refused("spec.disks[data]: PersistentVolumeClaim both " + why);
    }

    private static Arrival arrivalWith(MountedClaim claim, OwnFiles own) {
        return arrivalWith(claim, own, "/persistentVolumeClaim/both/disk.img");
    }

    private static Arrival arrivalOfDeviceWith(MountedClaim claim, OwnFiles own) {
        return arrivalWith(claim, own, "/dev/rbd0");
    }

    private static Arrival arrivalWith(MountedClaim claim, OwnFiles own, String path) {
        var s = situation(CLAIMED, own);
        var volume = s.machine().diskClaims().getFirst().volume();
        return Arrival.next(s.with(s.supplies().withClaims(Map.of(volume, claim))), withDisk(path), MIGRATION);
    }

    private static MachineDocument withDisk(String path) {
        return Samples.document(CLAIMED).withDisks(Map.of("data", new KeptDisk(path, 1 << 20, null)));
    }
}
