package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.Samples;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.host.HostNuma;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node that lacks firmware or devices says of a machine that asks for them. */
class DeviceChecksTest {
    private static final String BARE = "memory: {guest: 96Mi}\n";

    /** As of a node with QEMU alone. */
    private static final Map<String, Set<String>> LITTLE = Map.of(
            "os.firmware", Set.of(),
            "video.modelType", Set.of("vga"),
            "graphics.type", Set.of("vnc"),
            "disk.bus", Set.of("virtio", "scsi", "sata"),
            "disk.diskDevice", Set.of("disk", "cdrom"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            firmware: {bootloader: UEFI}                    | FirmwareUnavailable | spec.firmware.bootloader: UEFI cannot be had on node worker-0; install its firmware there (package ovmf)
            firmware: {bootloader: UEFI, secureBoot: true}  | FirmwareUnavailable | spec.firmware.bootloader: UEFI cannot be had
            tpm: {}                                         | TpmUnavailable      | spec.tpm cannot be had on node worker-0; install swtpm and swtpm-tools there
            video: {model: qxl}                             | DeviceUnavailable   | spec.video.model: qxl cannot be had on node worker-0; use another model
            graphics: {type: SPICE}                         | DeviceUnavailable   | spec.graphics.type: SPICE cannot be had on node worker-0; use the other type
            disks: [{name: a, blank: {}, size: 1Gi, bus: usb}] | DeviceUnavailable | spec.disks[a].bus: usb cannot be had on node worker-0; use another bus
            disks: [{name: a, image: {name: i}, device: Floppy}] | DeviceUnavailable | spec.disks[a].device: Floppy cannot be had on node worker-0; use another device
            disks: [{name: a, persistentVolumeClaim: {claimName: c}, device: Lun}] | DeviceUnavailable | spec.disks[a].device: Lun cannot be had on node worker-0; use another device
            vsock: {}                                       | DeviceUnavailable   | spec.vsock cannot be had on node worker-0; load its kernel module vhost_vsock there
            """)
    void whatANodeLacksIsNamedWithItsRemedy(String spec, String reason, String message) {
        // when
        var problem = problem(spec, facts("x86_64", LITTLE));
        // then
        assertThat(problem).hasValueSatisfying(p -> {
            assertThat(p.reason()).isEqualTo(reason);
            assertThat(p.message()).startsWith(message).endsWith("spec.nodeSelector");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            firmware: {bootloader: BIOS}
            graphics: {}
            video: {model: none}
            inputs: [{name: pointer, type: tablet}]
            watchdog: {}
            panic: {}
            disks: [{name: a, blank: {}, size: 1Gi}]
            """)
    void whatEveryNodeHasIsNoProblem(String spec) {
        // when
        var problem = problem(spec.equals("{}") ? "" : spec, facts("x86_64", LITTLE));
        // then
        assertThat(problem).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            watchdog: {} | spec.watchdog.model: i6300esb
            panic: {} | spec.panic.model: isa
            disks: [{name: a, image: {name: i}, device: Floppy}] | spec.disks[a].device: Floppy
            """)
    void deviceOfX86IsRefusedElsewhere(String spec, String named) {
        // when
        var problem = problem(spec, facts("aarch64", Samples.QEMU.offered()));
        // then
        assertThat(problem)
                .hasValueSatisfying(p -> assertThat(p.message()).startsWith(named + " cannot be had on node worker-0"));
    }

    @Test
    void secureBootIsForItsBoardAlone() {
        // when
        var problem = problem(
                "machine: {type: pc}\nfirmware: {bootloader: UEFI, secureBoot: true}",
                facts("x86_64", Samples.QEMU.offered()));
        // then
        assertThat(problem)
                .hasValueSatisfying(p -> assertThat(p.message())
                        .startsWith("spec.firmware.secureBoot: true with spec.machine.type: pc cannot be had"));
    }

    @Test
    void driverThatDoesNotTellIsAskedByTheStartItself() {
        // when
        var problem = problem("tpm: {}\nfirmware: {bootloader: UEFI}", facts("x86_64", Map.of()));
        // then
        assertThat(problem).isEmpty();
    }

    private static DomainTypeFacts facts(String architecture, Map<String, Set<String>> offered) {
        return new DomainTypeFacts(
                "qemu", architecture, Optional.empty(), Set.of(), Samples.QEMU.cpuModels(), List.of(), offered);
    }

    private static Optional<Problem> problem(String spec, DomainTypeFacts facts) {
        var host = new Host(
                "worker-0",
                Samples.CLUSTER,
                Map.of(HypervisorType.QEMU, facts),
                Map.of(),
                Samples.BOOT_ID,
                "/console",
                "/state",
                "/nvram",
                false,
                HostNuma.NONE,
                ZoneOffset.UTC);
        return DeviceChecks.firstProblem(Samples.machine(BARE + spec), HypervisorType.QEMU, facts, host);
    }
}
