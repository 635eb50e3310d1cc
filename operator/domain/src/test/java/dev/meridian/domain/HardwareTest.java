package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.xml.Definition;
import dev.meridian.domain.xml.DefinitionReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest finds on its buses over cold starts with changed specs. */
class HardwareTest {
    private static final String BASE = """
            hypervisor: QEMU
            machine: {type: q35}
            memory: {guest: 256Mi}
            disks:
            - {name: a, hostPath: {path: /images/a}}
            - {name: b, hostPath: {path: /images/b}}
            - {name: c, hostPath: {path: /images/c}}
            interfaces:
            - {name: default}
            """;
    private static final String EVERY_DEVICE = """
            tpm: {}
            watchdog: {}
            panic: {}
            inputs:
            - {name: pointer, type: tablet}
            - {name: keys, type: keyboard, bus: virtio}
            graphics: {}
            sound: {model: ac97}
            vsock: {}
            """;
    private static final String DISK_B = "- {name: b, hostPath: {path: /images/b}}\n";

    /** A definition that was started and completed by libvirt. */
    private record Defined(String xml, MachineDocument document) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                DISK_B + " => ",
                "interfaces:\n => interfaces:\n- {name: first}\n",
                "{guest: 256Mi} => {guest: 512Mi}",
                DISK_B + " => - {name: d, hostPath: {path: /images/d}}\n",
                DISK_B + " => - {name: b, bus: sata, hostPath: {path: /images/b}}\n",
                DISK_B + " => - {name: b, bus: scsi, hostPath: {path: /images/b}}\n",
                DISK_B + " => - {name: b, bus: usb, hostPath: {path: /images/b}}\n",
                DISK_B + " => - {name: b, device: Floppy, hostPath: {path: /images/b}}\n",
                "hypervisor: QEMU\n => hypervisor: QEMU\nrng: {present: false}\n",
                "hypervisor: QEMU\n => hypervisor: QEMU\n" + EVERY_DEVICE,
            })
    void addressesOfOtherDevicesStayOverAColdStart(String change) {
        // given
        var before = boot(BASE, Optional.empty());
        // when
        var after = boot(changed(BASE, change), Optional.of(before));
        // then
        var others = new HashSet<>(before.document().addresses().keySet());
        others.removeAll(Set.of("ua-disk-b", "ua-rng"));
        assertThat(others).hasSizeGreaterThan(11);
        assertThat(after.document().addresses()).containsAllEntriesOf(only(before, others));
        assertThat(DefinitionReader.read(after.xml()).addresses()).containsAllEntriesOf(only(before, others));
        assertThat(after.xml()).contains("machine=\"pc-q35-7.2\"");
    }

    @Test
    void deviceThatComesBackDoesNotClaimAnAddressThatAnotherHasTaken() {
        // given
        var first = boot(BASE, Optional.empty());
        var without =
                boot(changed(BASE, DISK_B + " => - {name: d, hostPath: {path: /images/d}}\n"), Optional.of(first));
        // when
        var back = boot(
                changed(BASE, DISK_B + " => " + DISK_B + "- {name: d, hostPath: {path: /images/d}}\n"),
                Optional.of(without));
        // then
        assertThat(back.document().addresses())
                .containsAllEntriesOf(without.document().addresses());
        assertThat(back.document().addresses().get("ua-disk-b"))
                .isNotEqualTo(back.document().addresses().get("ua-disk-d"));
    }

    /** libvirt would derive the place of a drive from its target, which is another once one before it is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"bus: sata", "bus: scsi", "device: Floppy"})
    void drivesKeepTheirPlacesWhenTheFirstGoesAndAnotherComes(String as) {
        // given
        var first = boot(drives(as, "a", "b"), Optional.empty());
        var kept = first.document().addresses().get("ua-disk-b");

        // when
        var second = boot(drives(as, "b", "c"), Optional.of(first));
        var third = boot(drives(as, "a", "b"), Optional.of(second));

        // then
        assertThat(first.document().addresses().get("ua-disk-a")).containsEntry("unit", "0");
        assertThat(second.document().addresses().get("ua-disk-c")).containsEntry("unit", "0");
        assertThat(second.document().addresses().get("ua-disk-b"))
                .isEqualTo(kept)
                .containsEntry("unit", "1");
        assertThat(third.document().addresses().get("ua-disk-a")).containsEntry("unit", "0");
        assertThat(third.document().addresses().get("ua-disk-b")).isEqualTo(kept);
    }

    private static String drives(String as, String... names) {
        return "hypervisor: QEMU\nmachine: {type: q35}\nmemory: {guest: 256Mi}\ndisks:\n"
                + Stream.of(names)
                        .map(name -> "- {name: %1$s, %2$s, hostPath: {path: /images/%1$s}}\n".formatted(name, as))
                        .collect(Collectors.joining());
    }

    @Test
    void scsiControllerThatComesBackDoesNotClaimAnAddressThatAnotherHasTaken() {
        // given
        var scsi = changed(BASE, DISK_B + " => - {name: b, bus: scsi, hostPath: {path: /images/b}}\n");
        var first = boot(scsi, Optional.empty());
        var without =
                boot(changed(BASE, DISK_B + " => - {name: d, hostPath: {path: /images/d}}\n"), Optional.of(first));
        // when
        var back = boot(
                changed(
                        BASE,
                        DISK_B
                                + " => - {name: d, hostPath: {path: /images/d}}\n- {name: b, bus: scsi, hostPath: {path: /images/b}}\n"),
                Optional.of(without));
        // then
        assertThat(back.document().addresses())
                .containsAllEntriesOf(without.document().addresses());
    }

    @ParameterizedTest
    @CsvSource({"q35, pc", "q35, pc-q35-7.2"})
    void changedMachineTypeDropsAddresses(String from, String to) {
        // given
        var before = boot(changed(BASE, "{type: q35} => {type: " + from + "}"), Optional.empty());
        // when
        var start = start(changed(BASE, "{type: q35} => {type: " + to + "}"), Optional.of(before));
        // then
        assertThat(start.document().addresses()).isEmpty();
        assertThat(start.document().machineType()).isNull();
        assertThat(start.xml()).contains("machine=\"" + to + "\"").doesNotContain("<address ");
    }

    @ParameterizedTest
    @CsvSource({"3, 0, 0", "0, 0, 0", "0, 2, 0", "1, 3, 4", "0, 0, 16"})
    void q35HasEightSpareRootPortsAtItsFirstBoot(int virtioDisks, int scsiDisks, int interfaces) {
        // given
        var spec = new StringBuilder("hypervisor: QEMU\nmemory: {guest: 256Mi}\n");
        spec.append(virtioDisks + scsiDisks > 0 ? "disks:\n" : "");
        for (int i = 0; i < virtioDisks + scsiDisks; i++) {
            spec.append("- {name: d%1$d, bus: %2$s, hostPath: {path: /images/d%1$d}}\n"
                    .formatted(i, i < virtioDisks ? "virtio" : "scsi"));
        }
        spec.append(interfaces > 0 ? "interfaces:\n" : "");
        for (int i = 0; i < interfaces; i++) {
            spec.append("- {name: n%d}\n".formatted(i));
        }
        // when
        var xml = start(spec.toString(), Optional.empty()).xml();
        // then
        var ports = xml.split("model=\"pcie-root-port\"", -1).length - 1;
        assertThat(ports).isEqualTo(virtioDisks + (scsiDisks > 0 ? 1 : 0) + interfaces + 2 + 8);
    }

    private static Defined boot(String spec, Optional<Defined> before) {
        var start = start(spec, before);
        var definition = new Definition(
                Optional.empty(),
                Optional.empty(),
                Optional.of("pc-q35-7.2"),
                AssignedAddresses.of(start.xml()),
                Optional.empty(),
                Optional.empty(),
                false);
        var seen = Samples.present(Observation.Power.State.Running, "BOOTED", start.document(), definition);
        var step = Planner.next(Samples.situation(Samples.spec(spec), seen, Samples.NOW.plusSeconds(1)));
        assertThat(step).isInstanceOf(Step.Remember.class);
        var remember = (Step.Remember) step;
        LibvirtSchema.assertValid(remember.xml());
        return new Defined(remember.xml(), remember.document());
    }

    private static Defined start(String spec, Optional<Defined> before) {
        var seen = before.<Observation>map(HardwareTest::off).orElse(new Observation.Absent());
        var step = Planner.next(Samples.situation(Samples.spec(spec), seen, Samples.NOW.plusSeconds(60)));
        assertThat(step).isInstanceOf(Step.Start.class);
        var start = (Step.Start) step;
        LibvirtSchema.assertValid(start.xml());
        return new Defined(start.xml(), start.document());
    }

    private static Observation off(Defined machine) {
        var stop = new LastStop("GuestPowerOff", Samples.NOW.toString(), "");
        var document = machine.document().withRun(new Run(Run.Phase.Ended, 1, Samples.NOW, 1, stop, null, null, null));
        return Samples.present(
                Observation.Power.State.Shutoff, "SHUTDOWN", document, DefinitionReader.read(machine.xml()));
    }

    private static String changed(String spec, String change) {
        var parts = change.split(" => ", -1);
        assertThat(spec).contains(parts[0]);
        return spec.replace(parts[0], parts[1]);
    }

    private static Map<String, Map<String, String>> only(Defined machine, Set<String> devices) {
        var addresses = new HashMap<>(machine.document().addresses());
        addresses.keySet().retainAll(devices);
        return addresses;
    }
}
