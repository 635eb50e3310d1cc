package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.api.v1alpha1.DiskStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A distribution's cloud image with user data: fetched, booted by UEFI, reached by ssh, grown, stopped, deleted. */
class RealGuestE2E {
    /** An emulated CPU boots a distribution for half a minute, on a busy machine for minutes. */
    private static final Duration BOOT = Duration.ofMinutes(6);

    private static Machines machines;
    private static Testbed.Node node;
    private static Path directory;
    private static ImageServer server;
    private static Path key;

    @BeforeAll
    static void open() throws Exception {
        machines = new Machines(Testbed.open(), "real");
        node = machines.testbed.nodes().getFirst();
        directory = Files.createTempDirectory("meridian-real");
        var image = machines.testbed.verb("distribution").orFail().strip();
        Files.createSymbolicLink(directory.resolve("debian.qcow2"), Path.of(image.substring(image.indexOf('/'))));
        key = directory.resolve("id_ed25519");
        Testbed.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tester", "-f", key.toString()))
                .orFail();
        var address = machines.client.getMasterUrl().getHost();
        server = ImageServer.start(directory, address);
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec:
                  imageSources:
                  - {name: test, cidrs: [%2$s/32], namespaces: {names: [%1$s]}}
                """.formatted(machines.namespace, address));
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: debian-12, namespace: %s}
                spec:
                  http:
                    url: %s
                    checksum: sha256:%s
                    caBundle: |
                %s""".formatted(
                        machines.namespace, server.url("debian.qcow2"), sha256("debian.qcow2"), server.certificate(6)));
    }

    @AfterAll
    static void close() {
        machines.close();
        server.close();
        machines.testbed
                .kubectl("delete", "--ignore-not-found", "hypervisorpolicy", machines.namespace)
                .orFail();
    }

    private static String sha256(String file) {
        return Testbed.run(List.of("sha256sum", directory.resolve(file).toString()))
                .orFail()
                .split(" ", 2)[0];
    }

    /** In base64. */
    private static String gzip(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Base64.getEncoder().encodeToString(packed.toByteArray());
    }

    private static String publicKey() throws IOException {
        return Files.readString(directory.resolve("id_ed25519.pub")).strip();
    }

    private static void create(String name, String spec) {
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  cpu: {cores: 2}
                  memory: {guest: 768Mi}
                  interfaces: [{name: default}]
                %s""".formatted(name, machines.namespace, node.name(), spec.indent(2)));
    }

    @Test
    void cloudImageWithUserDataIsReachedBySshAndKeepsItsDisksUntilItIsDeleted() throws IOException {
        // given
        var userData = """
                #cloud-config
                password: swordfish-2026
                chpasswd: {expire: false}
                write_files:
                - {path: /etc/told, content: by-user-data}
                runcmd:
                - mkfs.ext4 -q /dev/disk/by-id/virtio-data
                """;
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: init, namespace: %s}
                data: {packed: "%s"}
                stringData:
                  userdata: |
                %s""".formatted(machines.namespace, gzip(userData), userData.indent(4)));
        var began = System.nanoTime();
        create("web", """
                firmware: {bootloader: UEFI}
                disks:
                - {name: root, image: {name: debian-12}, size: 3Gi}
                - {name: data, blank: {}, size: 1Gi}
                - {name: keys, secret: {secretName: init}}
                cloudInit:
                  userDataSecretRef: {name: init, key: packed}
                  sshAuthorizedKeys: ["%s"]
                """.formatted(publicKey()));

        // when
        machines.awaitReady("web", "Running");
        assertThat(awaitSsh("web", "cloud-init status --wait --long; hostname; cat /etc/told"))
                .contains("status: done", "web", "by-user-data");
        Figures.note(
                "cloud image: ssh by key %.0f s after the manifest, the image's download included",
                (System.nanoTime() - began) / 1e9);

        // then
        assertThat(ssh(
                        "web",
                        "lsblk --nodeps --noheadings --output NAME,SIZE,RO,SERIAL; df -h --output=size / | tail -1"))
                .contains("vda    3G  0 root", "vdb    1G  0 data", "1 cloud-init")
                .containsPattern("2\\.[89]G");
        assertThat(ssh("web", "test -d /sys/firmware/efi && echo by-uefi")).contains("by-uefi");
        assertThat(ssh("web", "sudo mount -o ro /dev/disk/by-id/virtio-keys /mnt && cat /mnt/userdata"))
                .contains("swordfish-2026");
        assertThat(machines.testbed
                        .virsh(node, "dumpxml", machines.domain("web"))
                        .orFail())
                .doesNotContain("swordfish");
        assertThat(Objects.toString(Machines.status(machines.get("web")))).doesNotContain("swordfish");
        assertThat(machines.testbed.agentLog(node)).doesNotContain("swordfish");
        assertThat(Machines.status(machines.get("web")).disks())
                .extracting(DiskStatus::name, disk -> String.valueOf(disk.capacity()))
                .containsExactly(tuple("root", "3Gi"), tuple("data", "1Gi"), tuple("keys", "null"));

        // when it grows while it runs
        machines.patchSpec("web", """
                {"disks": [{"name": "root", "image": {"name": "debian-12"}, "size": "3Gi"},
                           {"name": "data", "blank": {}, "size": "2Gi"},
                           {"name": "keys", "secret": {"secretName": "init"}}]}
                """);

        // then
        Awaitility.await("the guest to see its disk grown")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> ssh("web", "lsblk --nodeps --noheadings --output SIZE /dev/vdb"),
                        said -> said.contains("2G"));
        assertThat(Machines.status(machines.get("web")).pendingChanges()).isEmpty();
        OverheadE2E.assertFits(machines, machines.get("web"));

        // when it stops, its agent dies and it starts again
        ssh("web", "echo kept | sudo tee /kept && sync");
        machines.patchSpec("web", "{\"runStrategy\": \"Halted\"}");
        machines.awaitReady("web", "Stopped");
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.patchSpec("web", "{\"runStrategy\": \"Always\"}");
        machines.awaitReady("web", "Running");

        // then
        assertThat(awaitSsh("web", "cat /kept; lsblk --nodeps --noheadings --output SIZE /dev/vdb"))
                .contains("kept", "2G");

        // when a second machine begins as the same image
        create("second", """
                firmware: {bootloader: UEFI}
                disks: [{name: root, image: {name: debian-12}}]
                cloudInit: {sshAuthorizedKeys: ["%s"]}
                """.formatted(publicKey()));
        machines.awaitReady("second", "Running");

        // then
        assertThat(server.downloads()).isEqualTo(1);

        // when both are deleted
        var uids = Stream.of("web", "second")
                .map(name -> machines.get(name).getMetadata().getUid())
                .toList();
        assertThat(uids).allSatisfy(uid -> assertThat(files(uid)).exists());
        machines.delete("web");
        machines.delete("second");
        machines.awaitGone("web");
        machines.awaitGone("second");

        // then
        assertThat(uids).allSatisfy(uid -> assertThat(files(uid)).doesNotExist());
    }

    @Test
    void machineThatComesBeforeItsImageAndItsSecretStartsWhenTheyAreThere() {
        // given
        create("early", """
                runStrategy: Always
                disks: [{name: root, image: {name: later}}, {name: blank, blank: {}, size: 64Mi}]
                cloudInit: {userDataSecretRef: {name: later, key: userdata}}
                """);
        machines.awaitCondition("early", "Ready", "WaitingForSecret");

        // when
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: later, namespace: %s}
                stringData: {userdata: "#cloud-config"}
                """.formatted(machines.namespace));

        // then
        machines.awaitCondition("early", "Ready", "ImageMissing");

        // when
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: later, namespace: %s}
                spec:
                  http:
                    url: %s
                    checksum: sha256:%s
                    caBundle: |
                %s""".formatted(
                        machines.namespace, server.url("debian.qcow2"), sha256("debian.qcow2"), server.certificate(6)));

        // then
        machines.awaitReady("early", "Running");
        machines.delete("early");
    }

    /** What we made for a machine, seen from outside of the node. */
    private static Path files(String uid) {
        return Path.of(node.stateDirectory(), "machines", uid);
    }

    private static String awaitSsh(String name, String command) {
        return Awaitility.await(name + " to be reached by ssh")
                .atMost(BOOT)
                .pollInterval(Duration.ofSeconds(2))
                .ignoreExceptions()
                .until(() -> trySsh(machines.get(name), command), said -> said.status() == 0)
                .output();
    }

    private static String ssh(String name, String command) {
        return trySsh(machines.get(name), command).orFail();
    }

    /** From the node's own network. */
    private static Testbed.Said trySsh(VirtualMachine vm, String command) {
        var address = Machines.status(vm).interfaces().getFirst().addresses().getFirst();
        return Testbed.run(List.of(
                "ip",
                "netns",
                "exec",
                node.namespace(),
                "ssh",
                "-i",
                key.toString(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-o",
                "ConnectTimeout=5",
                "-o",
                "BatchMode=yes",
                "debian@" + address,
                command));
    }
}
