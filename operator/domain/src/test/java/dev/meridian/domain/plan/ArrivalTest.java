package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.Samples;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.Moving.Role;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.domain.supply.Supplies;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a node makes ready, look by look. */
class ArrivalTest {
    private static final String MIGRATION = "migration-uid";
    private static final String DIRECTORY = "/var/lib/meridian/machines/" + Samples.IDENTITY.uid();
    private static final Moving COMING = new Moving(Role.Coming, MIGRATION, "team-a", "web");
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
        own = new OwnFiles(Optional.of(COMING), Set.of(), Map.of());
        var written = act(GIVEN, document, own);
        own = own.withDigests(((Step.WriteFiles) written)
                .files().stream().collect(Collectors.toMap(NewFile::name, file -> Digests.sha256(file.content()))));

        // then
        assertThat(noted).isEqualTo(new Step.MarkFiles(DIRECTORY, COMING));
        assertThat(((Step.WriteFiles) written).files())
                .isEqualTo(start(GIVEN).files())
                .extracting(NewFile::path)
                .containsExactly(DIRECTORY + "/cloud-init.iso", DIRECTORY + "/config_files.iso");
        assertThat(next(GIVEN, document, own)).isEqualTo(new Arrival.Ready());
    }

    @Test
    void machineWithoutFilesNeedsNone() {
        var spec = Samples.spec("{memory: {guest: 256Mi}}");

        assertThat(next(spec, started(spec), OwnFiles.NONE)).isEqualTo(new Arrival.Ready());
    }

    @Test
    void whatIsNotWhatTheGuestWasStartedWithIsRefused() {
        // given
        var document = started(GIVEN);
        var own = new OwnFiles(Optional.of(COMING), Set.of(), Map.of());
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
        var gone = new Moving(Role.Gone, "an-earlier-one", "team-a", "web");
        var disk = DIRECTORY + "/data.qcow2";

        // when
        var left = act(GIVEN, document, new OwnFiles(Optional.of(gone), Set.of(disk), Map.of()));
        var unnoted = next(GIVEN, document, new OwnFiles(Optional.empty(), Set.of(disk), Map.of()));

        // then
        assertThat(left).isEqualTo(new Step.DropFiles(DIRECTORY, gone));
        assertThat(unnoted)
                .isEqualTo(new Arrival.Refused(
                        "it keeps disks of the machine from before, which nothing overwrites: %s; move them away"
                                .formatted(disk)));
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
}
