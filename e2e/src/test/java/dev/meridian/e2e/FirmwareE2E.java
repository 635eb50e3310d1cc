package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Firmware and TPM of real guests: what they see of them, and what their node keeps. */
class FirmwareE2E {
    /** UEFI without KVM is slow. */
    static final Duration BOOT = Duration.ofSeconds(170);

    static final String VARIABLES = "modprobe efivarfs; cd /sys/firmware/efi/efivars; "
            + "grep -q efivarfs /proc/mounts || mount -t efivarfs none .; cd /; cd /sys/firmware/efi/efivars; ";
    static final String VARIABLE = "Meridian-3d1b8f60-2a57-4f0c-9f5b-6c7a1e0d9b11";

    private static final Pattern REFUSED =
            Pattern.compile("failed to load Boot[^\\r\\n]*: (Access Denied|Security Violation)");

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "firmware");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void whatAGuestWroteIntoItsUefiIsThereAfterAColdStartAndGoneWithTheMachine() {
        // given
        var name = machines.applySample("uefi.yaml");
        machines.patchSpec(name, "{\"stopMode\":\"Hard\"}");
        var uid = uid(machines.awaitReady(name, "Running"));
        machines.type(name, VARIABLES + "printf '\\7\\0\\0\\0remembered' > %s; sync".formatted(VARIABLE), BOOT);
        var node = machines.nodeOf(name);
        var nvram = Path.of(node.stateDirectory(), "nvram", uid + ".fd");
        var chosen = awaitChosenFirmware(name, node);

        // when
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        var kept = digest(nvram);
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.patchSpec(name, "{\"memory\":{\"guest\":\"264Mi\"}}");
        machines.await(name, "observed", Machines::isObserved);
        assertThat(digest(nvram)).isEqualTo(kept);
        machines.patchSpec(name, "{\"runStrategy\":\"Always\"}");
        machines.awaitReady(name, "Running");

        // then
        assertThat(machines.type(name, VARIABLES + "tail -c 10 " + VARIABLE, BOOT))
                .contains("remembered");
        assertThat(machines.type(name, "cd /sys/class/dmi/id; cat sys_vendor product_name product_serial product_uuid"))
                .contains("Example", "Board", "A-0017", uid);
        assertThat(localState(machines.get(name))).containsExactly(LocalState.NVRAM);
        assertThat(firmware(machines.inactiveXml(node, name))).isEqualTo(chosen);
        assertThat(machines.testbed
                        .kubectl(
                                "-n",
                                machines.namespace,
                                "get",
                                "events",
                                "-o",
                                "name",
                                "--field-selector",
                                "reason=DefinitionEdited")
                        .orFail())
                .isEmpty();
        machines.delete(name);
        machines.awaitGone(name);
        assertThat(nvram).doesNotExist();
    }

    @Test
    void secureBootStartsNoKernelThatItsKeysHaveNotSigned() {
        // given
        var node = machines.testbed.nodes().getFirst();
        var directory = unsignedLoader(node);

        // when
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: secure, namespace: %s}
                spec:
                  stopMode: Hard
                  nodeSelector: {kubernetes.io/hostname: %s}
                  memory: {guest: 256Mi}
                  firmware: {bootloader: UEFI, secureBoot: true}
                  disks:
                  - {name: loader, hostPath: {path: %s/loader.img}}
                """.formatted(machines.namespace, node.name(), directory));
        var uid = uid(machines.awaitReady("secure", "Running"));

        // then
        var console = Path.of(node.stateDirectory(), "console", uid + ".log");
        Awaitility.await("the firmware to refuse the loader")
                .atMost(BOOT)
                .until(() -> REFUSED.matcher(read(console)).find());
        assertThat(awaitChosenFirmware("secure", node)).anyMatch(line -> line.contains("secure='yes'"));
        assertThat(Path.of(node.stateDirectory(), "nvram", uid + "-secure.fd")).isRegularFile();
        machines.delete("secure");
        machines.awaitGone("secure");
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace)
                .orFail();
        Testbed.run(List.of(
                        "rm",
                        "-rf",
                        Path.of(node.stateDirectory(), machines.namespace).toString()))
                .orFail();
    }

    /** A disk whose boot loader is a kernel without a signature of the enrolled keys; its directory, as the node sees it. */
    private static String unsignedLoader(Testbed.Node node) {
        var outside = Path.of(node.stateDirectory(), machines.namespace);
        var image = outside.resolve("loader.img").toString();
        var kernel = Path.of(node.stateDirectory(), "images", "vmlinuz").toString();
        for (var command : List.of(
                List.of("mkdir", "-p", outside.toString()),
                List.of("mkfs.vfat", "-C", image, "40960"),
                List.of("mmd", "-i", image, "::/EFI"),
                List.of("mmd", "-i", image, "::/EFI/BOOT"),
                List.of("mcopy", "-i", image, kernel, "::/EFI/BOOT/BOOTX64.EFI"))) {
            Testbed.run(command).orFail();
        }
        var directory = "/var/lib/meridian/" + machines.namespace;
        machines.openTo(machines.namespace, directory);
        return directory;
    }

    @Test
    void machineWaitsForTheNodeThatKeepsItsVariables() {
        // given
        var home = machines.testbed.nodes().getFirst();
        var other = machines.testbed.nodes().getLast();
        machines.createFrom(machines.manifest(
                        "stays",
                        "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(home.name()))
                .replace("128Mi", "256Mi")
                .replace("  firmware:\n", "  firmware:\n    bootloader: UEFI\n"));
        machines.awaitReady("stays", "Running");
        machines.patchSpec("stays", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("stays", "Stopped");

        // when
        machines.patchSpec(
                "stays",
                "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                        .formatted(other.name()));

        // then
        var scheduled = machines.awaitCondition("stays", "Scheduled", "Unschedulable");
        assertThat(scheduled.message())
                .contains("node \"%s\" keeps the machine's NVRAM, without which it starts nowhere else"
                        .formatted(home.name()));
        machines.patchSpec("stays", "{\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}".formatted(home.name()));
        machines.awaitReady("stays", "Running");
        machines.delete("stays");
    }

    @Test
    void tpmIsTheSameOneAfterAColdStartAndGoneWithTheMachine() {
        // given
        var name = machines.applySample("tpm.yaml");
        machines.patchSpec(name, "{\"stopMode\":\"Hard\"}");
        var uid = uid(machines.awaitReady(name, "Running"));
        var node = machines.nodeOf(name);
        var state = Path.of(node.stateDirectory())
                .resolveSibling("libvirt/lib/swtpm")
                .resolve(uid);
        assertThat(machines.type(name, "cat /sys/class/tpm/tpm0/tpm_version_major"))
                .contains("2");
        var resets = resets(machines, name);
        assertThat(state).isDirectory();

        // when
        restart(name);
        restart(name);

        // then
        assertThat(resets(machines, name)).isEqualTo(resets + 2);
        assertThat(localState(machines.get(name))).containsExactly(LocalState.TPM);
        machines.delete(name);
        machines.awaitGone(name);
        assertThat(state).doesNotExist();
    }

    /** A TPM counts its resets for ever (TPM2_ReadClock); a new one would begin again. */
    static long resets(Machines machines, String name) {
        var answer = machines.type(
                name,
                "exec 3<>/dev/tpm0; printf '\\200\\1\\0\\0\\0\\12\\0\\0\\1\\201' >&3; dd bs=64 count=1 <&3 2> /dev/null"
                        + " | hexdump -v -e '1/1 \"%02x\"'");
        var hex = answer.strip();
        assertThat(hex).hasSizeGreaterThanOrEqualTo(60).startsWith("8001");
        return HexFormat.fromHexDigitsToLong(hex, 52, 60);
    }

    private static void restart(String name) {
        var before = restarts(machines.get(name));
        machines.patchSpec(name, "{\"power\":{\"restartRequestedAt\":\"%s\"}}".formatted(Instant.now()));
        machines.await(name, "restarted", m -> restarts(m) == before + 1);
        machines.awaitReady(name, "Running");
    }

    private static long restarts(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .orElse(0L);
    }

    /** What libvirt chose stands in the definition soon after the first start. */
    private static List<String> awaitChosenFirmware(String name, Testbed.Node node) {
        return Awaitility.await("the firmware of " + name)
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> firmware(machines.inactiveXml(node, name)),
                        lines -> lines.stream()
                                .anyMatch(line -> line.startsWith("<loader ") && line.contains(".fd</loader>")));
    }

    private static List<String> firmware(String xml) {
        return xml.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("<loader ") || line.startsWith("<nvram "))
                .toList();
    }

    private static List<LocalState> localState(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).domain())
                .map(DomainStatus::localState)
                .orElse(List.of());
    }

    private static String uid(VirtualMachine vm) {
        return vm.getMetadata().getUid();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
