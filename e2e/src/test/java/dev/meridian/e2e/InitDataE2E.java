package dev.meridian.e2e;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.machine.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a guest finds at its first boot, byte for byte. */
@Shared
class InitDataE2E {
    /** Of every value; no text, and no compression of one either. */
    private static final byte[] BYTES = bytes();

    private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "init-data");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    private static byte[] bytes() {
        var bytes = new byte[5000];
        IntStream.range(0, bytes.length).forEach(at -> bytes[at] = (byte) (at * 7 + at / 256));
        return bytes;
    }

    @Test
    void userDataThatIsNoTextIsOnTheGuestsDiskByteForByte() {
        // given
        secret("user-data", "packed");

        // when
        machines.create("inline", "  stopMode: Hard\n  cloudInit: {userDataBase64: \"%s\"}\n".formatted(BASE64));
        machines.create("named", """
                  stopMode: Hard
                  cloudInit:
                    dataSource: ConfigDrive
                    userDataSecretRef: {name: user-data, key: packed}
                """);
        machines.awaitReady("inline", "Running");
        machines.awaitReady("named", "Running");

        // then
        var mount = "modprobe isofs && mount -t iso9660 -o ro /dev/vda /mnt && sha256sum /mnt/";
        assertThat(machines.type("inline", mount + "user-data")).contains(Digests.sha256(BYTES));
        assertThat(machines.type("named", mount + "openstack/latest/user_data")).contains(Digests.sha256(BYTES));
        assertIsNowhere("inline", BASE64.substring(0, 64));
        machines.delete("inline");
        machines.delete("named");
    }

    @Test
    void ignitionIsInTheFirmwareConfigurationByteForByteAndNoArgumentOfTheHypervisor() {
        // given
        var config = "{\"ignition\": {\"version\": \"3.4.0\"}, \"comment\": \"swordfish f\u00fcr %s\"}"
                .formatted("x".repeat(9000));
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: ignition, namespace: %s}
                stringData: {config: '%s'}
                """.formatted(machines.namespace, config));

        // when
        machines.createFrom(machines.manifest("ignites", """
                          stopMode: Hard
                          ignition: {configSecretRef: {name: ignition, key: config}}
                        """)
                .replace("  firmware:\n", "  firmware:\n    smbios: {product: beside}\n"));
        machines.awaitReady("ignites", "Running");

        // then
        assertThat(
                        machines.type(
                                "ignites",
                                "modprobe qemu_fw_cfg && sha256sum /sys/firmware/qemu_fw_cfg/by_name/opt/com.coreos/config/raw"))
                .contains(Digests.sha256(config));
        assertThat(machines.type("ignites", "cat /sys/class/dmi/id/product_name"))
                .contains("beside");
        assertIsNowhere("ignites", "swordfish");
        machines.delete("ignites");
    }

    @Test
    void ignitionThatIsNoneIsRefusedWithItsField() {
        // when
        machines.create("butane", "  ignition: {config: 'variant: fcos'}\n");

        // then
        var stalled = machines.awaitCondition("butane", "Stalled", "IgnitionInvalid");
        assertThat(stalled.message()).contains("spec.ignition.config: it is no JSON from line 1");
        machines.delete("butane");
    }

    /** The small guest's kernel has no driver of sata: what its QEMU reads is looked at. */
    @Test
    void sysprepIsACdOfTheGuestWithTheFilesOfItsSecret() throws IOException {
        // given
        machines.create("windows", "  stopMode: Hard\n  sysprep: {secret: {name: windows}}\n");
        var waits = machines.awaitCondition("windows", "Ready", "WaitingForSecret");
        assertThat(waits.message()).contains("Secret windows is not on node", "create it");

        // when
        secret("windows", "Autounattend.xml");
        machines.awaitReady("windows", "Running");

        // then
        var node = machines.nodeOf("windows");
        var uid = machines.get("windows").getMetadata().getUid();
        var drives = machines.testbed
                .virsh(node, "qemu-monitor-command", "--hmp", machines.domain("windows"), "info block")
                .orFail();
        assertThat(drives)
                .containsPattern(
                        "/machines/" + uid + "/sysprep.iso \\(raw, read-only\\)\\s+Attached to: +ua-sysprep\\s+"
                                + "Removable device: not locked");
        var file = Path.of(node.stateDirectory(), "machines", uid, "sysprep.iso");
        assertThat(Files.getPosixFilePermissions(file)).containsOnly(OWNER_READ, OWNER_WRITE);
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .contains("unattendCD", new String(BYTES, StandardCharsets.ISO_8859_1));
        assertIsNowhere("windows", BASE64.substring(0, 64));
        machines.delete("windows");
        machines.awaitGone("windows");
        assertThat(file).doesNotExist();
    }

    private static void secret(String name, String key) {
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s}
                data: {%s: "%s"}
                """.formatted(name, machines.namespace, key, BASE64));
    }

    /** What a machine is given stands neither in its definition, nor in its status, nor among QEMU's arguments. */
    private static void assertIsNowhere(String name, String text) {
        assertThat(machines.inactiveXml(machines.nodeOf(name), name)).doesNotContain(text);
        assertThat(Objects.toString(Machines.status(machines.get(name)))).doesNotContain(text);
        var uid = machines.get(name).getMetadata().getUid();
        assertThat(ProcessHandle.allProcesses()
                        .map(InitDataE2E::commandLine)
                        .filter(line -> line.contains(uid))
                        .toList())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain(text));
    }

    /** Of a process that may have ended meanwhile: nothing. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())));
        } catch (IOException _) {
            return "";
        }
    }
}
