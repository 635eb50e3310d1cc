package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.agent.Finding.Verdict;
import dev.meridian.libvirt.KernelClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of files of a node; a real one is DoctorE2E's. */
class NodeDoctorTest {
    private @TempDir Path root;

    @Test
    void serviceThatStopsAndStartsGuestsByItselfIsToBeDisabled() throws IOException {
        // given
        var wants = Files.createDirectories(root.resolve("etc/systemd/system/multi-user.target.wants"));
        Files.createSymbolicLink(wants.resolve("libvirt-guests.service"), Path.of("/lib/systemd/system/none-here"));

        // when
        var finding = doctor().guestsService();

        // then
        assertThat(finding.verdict()).isEqualTo(Verdict.Failed);
        assertThat(finding.remedy()).startsWith("systemctl disable libvirt-guests.service, and no --now");
    }

    @ParameterizedTest(name = "etc/systemd/system/{0}")
    @CsvSource({"multi-user.target.wants/libvirtd.service", "libvirt-guests.service.d/ours.conf"})
    void otherUnitsAreWell(String unit) throws IOException {
        // given
        write("etc/systemd/system/" + unit, "");

        // when
        var finding = doctor().guestsService();

        // then
        assertThat(finding.verdict()).isEqualTo(Verdict.Ok);
    }

    @Test
    void nodeWithoutSystemdHasNoSuchService() {
        assertThat(doctor().guestsService().verdict()).isEqualTo(Verdict.Ok);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', Ok",
        "'user = \"libvirt-qemu\"', Ok",
        "'#user = \"root\"', Ok",
        "'user = \"root\"', Warning",
        "'user = \"+0\"', Warning",
        "'security_driver = \"none\"', Warning",
        "'security_driver = \"apparmor\"', Ok",
    })
    void settingsThatLetQemuDoMoreThanItMustAreSaid(String settings, Verdict verdict) throws IOException {
        // given
        write("etc/libvirt/qemu.conf", settings);

        // when
        var finding = doctor().confinement();

        // then
        assertThat(finding.verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', Warning",
        "'min_workers = 20', Ok",
        "'#min_workers = 20', Warning",
        "'min_workers=10', Warning",
        "'max_workers = 40\nmin_workers = 20', Warning",
        "'min_workers = 40\nmax_workers = 40', Ok",
    })
    void workersThatAreNotThereFromTheStartAreSaid(String settings, Verdict verdict) throws IOException {
        // given
        write("etc/libvirt/virtqemud.conf", settings);

        // when
        var finding = doctor().workers(Optional.of("virtqemud"));

        // then
        assertThat(finding.verdict()).isEqualTo(verdict);
    }

    @Test
    void remedyForWorkersNamesFileAndTheWayWithoutARestart() {
        assertThat(doctor().workers(Optional.of("libvirtd")).remedy())
                .contains("min_workers = 20 in /etc/libvirt/libvirtd.conf")
                .contains("server-threadpool-set libvirtd --min-workers 20");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"UTC, Ok", "Etc/UTC, Ok", "Z, Ok", "Europe/Berlin, Warning", "Africa/Abidjan, Warning"})
    void localTimeOfLibvirtIsToBeUtc(String zone, Verdict verdict) {
        assertThat(NodeDoctor.zone(Optional.of(ZoneId.of(zone))).verdict()).isEqualTo(verdict);
    }

    @Test
    void libvirtThatIsNotSeenHasNoZone() {
        assertThat(NodeDoctor.zone(Optional.empty()).verdict()).isEqualTo(Verdict.Warning);
        assertThat(NodeDoctor.zone(Optional.of(ZoneOffset.UTC)).remedy()).isEmpty();
    }

    @Test
    void hookIsMissedWhereItIsNot() throws IOException {
        // given
        var before = doctor().hook();
        write("etc/libvirt/hooks/qemu.d/meridian", "#!/bin/sh\n");

        // when
        var after = doctor().hook();

        // then
        assertThat(List.of(before.verdict(), after.verdict())).containsExactly(Verdict.Warning, Verdict.Ok);
    }

    @Test
    void clockThatNobodyKeepsIsSaid() {
        assertThat(NodeDoctor.clock(new KernelClock(true, 100)).verdict()).isEqualTo(Verdict.Ok);
        assertThat(NodeDoctor.clock(KernelClock.UNKNOWN).remedy()).contains("chrony");
    }

    @Test
    void eachThingThatIsNotWellHasARemedy() {
        // when
        var findings = doctor().examine(Instant.EPOCH);

        // then
        assertThat(findings).hasSize(13);
        assertThat(findings)
                .allSatisfy(
                        finding -> assertThat(finding.remedy().isEmpty()).isEqualTo(finding.verdict() == Verdict.Ok));
        assertThat(findings)
                .filteredOn(finding -> List.of("state", "kubelet", "libvirt").contains(finding.check()))
                .allMatch(finding -> finding.verdict() == Verdict.Failed);
    }

    private NodeDoctor doctor() {
        return new NodeDoctor(
                new AgentOptions(
                        "node",
                        "qemu:///none-such",
                        root.resolve("no-state"),
                        root.resolve("run"),
                        root.resolve("no-kubelet"),
                        List.of(),
                        Optional.empty(),
                        Duration.ofMinutes(5)),
                root);
    }

    private void write(String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }
}
