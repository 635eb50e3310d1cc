package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices that the real QEMU starts with, as the guest sees them. */
@Shared
class DevicesE2E {
    private static final String PCI =
            "for d in /sys/bus/pci/devices/*; do echo $(cat $d/vendor)$(cat $d/device); done | sed 's/0x//g'";

    /** Starts the watchdog by its registers, for the guest's kernel has no driver of it: two stages of a second. */
    private static final String START_WATCHDOG = "for d in /sys/bus/pci/devices/*; do"
            + " if grep -q 0x25ab $d/device; then"
            + " printf '\\7\\0' | dd of=$d/config bs=2 seek=48 conv=notrunc;"
            + " printf '\\2' | dd of=$d/config bs=1 seek=104 conv=notrunc; fi; done 2> /dev/null";

    /** Many devices on a busy machine take their time. */
    private static final Duration BOOT = Duration.ofSeconds(90);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "devices");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void sampleHasAllItsDevicesAndAScreenOnASocketAlone() {
        // given
        var name = machines.applySample("devices.yaml");

        // when
        machines.awaitReady(name, "Running");

        // then
        assertThat(machines.type(name, PCI))
                .contains("1af41044", "1af41045", "808625ab", "1b36000d", "12341111", "8086293e");
        assertThat(machines.type(name, "cat /sys/class/misc/hw_random/rng_current; head -c 8 /dev/hwrng | wc -c"))
                .contains("virtio_rng.0", "8");
        var live = machines.testbed
                .virsh(machines.nodeOf(name), "dumpxml", machines.domain(name))
                .orFail();
        assertThat(live)
                .containsPattern("<graphics type='vnc' socket='/var/lib/libvirt/qemu/domain-[^']+/vnc.sock'>")
                .doesNotContain("listen type='address'", "port='59", "autoport");
        for (var console :
                Map.of("hvc0", "ua-console-shell", "ttyS1", "ua-console-modem").entrySet()) {
            machines.type(name, "setsid sh -i < /dev/%1$s > /dev/%1$s 2>&1 &".formatted(console.getKey()));
            assertThat(machines.testbed
                            .verb(
                                    "console",
                                    machines.nodeOf(name).name(),
                                    machines.domain(name),
                                    "readlink /proc/$PPID/fd/0",
                                    "--device",
                                    console.getValue())
                            .orFail())
                    .contains("/dev/" + console.getKey());
        }
        assertThat(machines.testbed
                        .kubectl("-n", machines.namespace, "diff", "-f", machines.sample("devices.yaml"))
                        .status())
                .isZero();
        machines.delete(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            plain    | '{}'                                                            | 1af41044          | 25ab
            no-rng   | 'rng: {present: false}'                                         | 1af41043          | 1af41044
            virtio   | 'video: {model: virtio}, graphics: {}'                          | 1af41050          | 12341111
            qxl      | 'video: {model: qxl}, graphics: {type: SPICE}, sound: {model: ac97}' | 1b360100 80862415 | 12341111
            bochs    | 'video: {model: bochs}'                                         | 12341111          | 1af41050
            headless | 'video: {model: none}, inputs: [{name: t, type: tablet, bus: virtio}, {name: k, type: keyboard, bus: virtio}]' | 1af41052 | 12341111
            usb      | 'inputs: [{name: t, type: tablet}, {name: k, type: keyboard}]'  | 1b36000d          | 1af41052
            pc       | 'machine: {type: pc}, watchdog: {action: None}, graphics: {}, sound: {}' | 808625ab 12341111 8086293e | 1b36000c
            """)
    void guestFindsWhatWasAskedForAndNoMore(String name, String fields, String found, String missing) {
        // when
        machines.create(name, "  stopMode: Hard\n" + lines(fields));
        machines.awaitReady(name, "Running");

        // then
        var pci = machines.type(name, PCI);
        assertThat(pci).contains(found.split(" ")).doesNotContain(missing);
        machines.delete(name);
    }

    @Test
    void devicesThatComeAndGoMoveNoOther() {
        // given
        machines.create("moves", """
                  stopMode: Hard
                  interfaces:
                  - name: first
                  - name: second
                    model: rtl8139
                """);
        machines.awaitReady("moves", "Running");
        var node = machines.nodeOf("moves");
        halt("moves");
        var before = interfaces(node);

        // when
        machines.patchSpec("moves", """
                {"runStrategy":"Always","watchdog":{},"panic":{},"inputs":[{"name":"t","type":"tablet"}],
                "graphics":{},"sound":{},"memory":{"balloon":{}}}""");
        machines.awaitReady("moves", "Running");

        // then
        assertThat(machines.type("moves", PCI, BOOT)).contains("808625ab", "1b36000d", "1af41045");
        halt("moves");
        assertThat(interfaces(node)).hasSize(2).isEqualTo(before);
        machines.patchSpec("moves", """
                {"runStrategy":"Always","watchdog":null,"panic":null,"inputs":null,"graphics":null,"sound":null,
                "memory":{"balloon":null},"rng":{"present":false}}""");
        machines.awaitReady("moves", "Running");
        assertThat(machines.type("moves", PCI, BOOT)).doesNotContain("808625ab", "1b36000d", "1af41045", "1af41044");
        assertThat(interfaces(node)).isEqualTo(before);
        machines.delete("moves");
    }

    @Test
    void moreUsbDevicesThanAControllerUsuallyHasPortsStartAgain() {
        // given
        machines.create("ports", """
                  stopMode: Hard
                  inputs: [{name: a, type: tablet}, {name: b, type: tablet}, {name: c, type: tablet}, {name: d, type: tablet}, {name: e, type: tablet}]
                """);
        machines.awaitReady("ports", "Running");
        halt("ports");

        // when
        machines.patchSpec("ports", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("ports", "Running");

        // then
        assertThat(machines.inactiveXml(machines.nodeOf("ports"), "ports")).doesNotContain("<hub");
        machines.delete("ports");
    }

    @Test
    void watchdogThatFiresResetsTheGuestAndIsTold() {
        // given
        machines.create("resets", "  watchdog: {}\n");
        machines.awaitReady("resets", "Running");

        // when
        machines.type("resets", START_WATCHDOG);

        // then
        var vm = machines.await(
                "resets",
                "reset by its watchdog",
                m -> rebootReason(m).filter("WatchdogFired"::equals).isPresent());
        assertThat(power(vm).map(Power::watchdogFiredAt)).isPresent();
        assertThat(power(vm).map(Power::restarts)).contains(0L);
        machines.awaitEvent("resets", "WatchdogFired");
        machines.type("resets", "true");
    }

    @Test
    void watchdogThatCutsThePowerEndsTheRunAsACrash() {
        // given
        machines.create("cuts", "  watchdog: {action: Poweroff}\n");
        machines.awaitReady("cuts", "Running");

        // when
        machines.type("cuts", START_WATCHDOG);

        // then
        var vm =
                machines.await("cuts", "ended by its watchdog", m -> lastStop(m).isPresent());
        machines.awaitEvent("cuts", "WatchdogFired");
        assertThat(lastStop(vm).orElseThrow().reason()).isEqualTo("Crashed");
        assertThat(lastStop(vm).orElseThrow().message()).isEqualTo("the guest's watchdog fired");
        machines.awaitReady("cuts", "Running");
    }

    @Test
    void watchdogThatPausesLeavesTheGuestForSomebodyToLookAt() {
        // given
        machines.create("holds", "  stopMode: Hard\n  watchdog: {action: Pause}\n");
        machines.awaitReady("holds", "Running");

        // when
        machines.type("holds", START_WATCHDOG);

        // then
        var ready = machines.awaitCondition("holds", "Ready", "WatchdogFired");
        assertThat(ready.message()).contains("spec.watchdog.action: Pause", "restart the machine");
        machines.awaitEvent("holds", "WatchdogFired");
        machines.patchSpec("holds", "{\"power\":{\"restartRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        machines.awaitReady("holds", "Running");
    }

    @Test
    void watchdogThatOnlyTellsIsTold() {
        // given
        machines.create("tells", "  watchdog: {action: None}\n");
        machines.awaitReady("tells", "Running");

        // when
        machines.type("tells", START_WATCHDOG);

        // then
        machines.awaitEvent("tells", "WatchdogFired");
        var vm = machines.awaitReady("tells", "Running");
        assertThat(rebootReason(vm)).isEmpty();
    }

    @Test
    void guestThatPanicsHasCrashed() {
        // given
        machines.create("panics", "  panic: {}\n");
        machines.awaitReady("panics", "Running");

        // when
        machines.type("panics", "modprobe pvpanic_mmio; (sleep 1; echo c > /proc/sysrq-trigger) > /dev/null 2>&1 &");

        // then
        var vm = machines.await("panics", "crashed", m -> lastStop(m).isPresent());
        assertThat(lastStop(vm).orElseThrow().reason()).isEqualTo("Crashed");
        machines.awaitEvent("panics", "Crashed");
        machines.awaitReady("panics", "Running");
    }

    @Test
    void freePagesGoBackToTheNode() {
        // given
        var manifest = machines.manifest("gives", "").replace("  memory:\n", "  memory:\n    balloon: {}\n");

        // when
        machines.createFrom(manifest);
        machines.awaitReady("gives", "Running");

        // then
        // VIRTIO_BALLOON_F_REPORTING is bit 5 of what guest and device have agreed on.
        assertThat(machines.type(
                        "gives",
                        "for d in /sys/bus/virtio/devices/*; do"
                                + " grep -q 0x0005 $d/device && cut -c 6 $d/features; done; true"))
                .contains("1");
        machines.delete("gives");
    }

    @Test
    void vsockWhoseNodeHasNoneIsRefused() {
        // when
        machines.create("vsock", "  vsock: {}\n");

        // then
        var stalled = machines.awaitCondition("vsock", "Stalled", "DeviceUnavailable");
        assertThat(stalled.message())
                .startsWith("spec.vsock cannot be had on node ")
                .contains("vhost_vsock");
        machines.delete("vsock");
    }

    /** Fields of a spec, given in one line. */
    private static String lines(String fields) {
        return fields.equals("{}")
                ? ""
                : "  " + fields.replaceAll(", (?=(machine|video|graphics|sound|inputs|watchdog):)", "\n  ") + "\n";
    }

    @Test
    void deviceOfTheNodeIsRefusedWhereNobodyOpensItOrTheNodeHasNone() {
        // when
        machines.create("wants", "  hostDevices: [{name: gpu, deviceName: example.com/gpu}]\n");

        // then
        assertThat(machines.awaitCondition("wants", "Stalled", "HostDeviceNotOpened")
                        .message())
                .contains("spec.hostDevices[gpu].deviceName: example.com/gpu is not opened to namespace "
                        + machines.namespace);

        // when
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec:
                  devices:
                  - {name: example.com/gpu, pci: {vendor: dead, product: beef}, namespaces: {names: [%1$s]}}
                """.formatted(machines.namespace));

        // then
        try {
            assertThat(machines.awaitCondition("wants", "Stalled", "HostDeviceMissing")
                            .message())
                    .contains("has no example.com/gpu");
        } finally {
            machines.testbed
                    .kubectl("delete", "hypervisorpolicy", machines.namespace)
                    .orFail();
        }
        machines.delete("wants");
    }

    private static void halt(String name) {
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
    }

    /** Where the network cards are. */
    private static List<String> interfaces(Testbed.Node node) {
        var xml = machines.inactiveXml(node, "moves");
        return xml.lines()
                .dropWhile(line -> !line.contains("<interface "))
                .takeWhile(line -> !line.contains("<serial "))
                .map(String::strip)
                .filter(line -> line.startsWith("<address "))
                .toList();
    }

    private static Optional<Power> power(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power());
    }

    private static Optional<String> rebootReason(VirtualMachine vm) {
        return power(vm).map(Power::lastReboot).map(LastReboot::reason);
    }

    private static Optional<LastStop> lastStop(VirtualMachine vm) {
        return power(vm).map(Power::lastStop);
    }
}
