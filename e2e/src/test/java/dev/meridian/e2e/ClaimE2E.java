package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Power;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Disks in PersistentVolumeClaims, which the real kubelet brings to the node. */
class ClaimE2E {
    private static Machines machines;
    private static Testbed.Node node;
    private static Claims claims;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "claim");
        node = machines.testbed.nodes().getLast();
        claims = new Claims(machines, node);
    }

    @AfterAll
    static void close() {
        machines.close();
        claims.close();
    }

    @Test
    void claimHoldsTheDiskAndAnotherMachineHasItAfterwards() throws IOException {
        // given
        claims.directory("kept");
        claims.volume("kept", "64Mi", "local: {path: %s}".formatted(claims.inside("kept")), "Filesystem");
        claims.claim("kept", "64Mi", "Filesystem");

        // when
        machines.create("writes", disk("kept", ""));
        machines.awaitReady("writes", "Running");

        // then
        assertThat(machines.type("writes", "cat /sys/block/vda/size; echo kept-in-a-claim > /dev/vda && sync"))
                .contains(Integer.toString(64 << 11));
        assertThat(Files.size(claims.outside("kept").resolve("disk.img"))).isEqualTo(64 << 20);
        assertThat(Files.readString(claims.outside("kept").resolve("disk.img")).strip())
                .startsWith("kept-in-a-claim");

        // when another machine wants it meanwhile
        machines.create("waits", disk("kept", ""));

        // then
        machines.awaitCondition("waits", "Ready", "DiskInUse");

        // when the first stops, its agent dies and it is deleted
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.delete("writes");
        machines.awaitGone("writes");

        // then
        machines.awaitReady("waits", "Running");
        assertThat(machines.type("waits", "head -n 1 /dev/vda")).contains("kept-in-a-claim");
        machines.delete("waits");
        machines.awaitGone("waits");
        assertThat(claims.outside("kept").resolve("disk.img")).exists();
    }

    @Test
    void diskGrowsWhileTheGuestRunsAndGoesOnFromSavedMemory() throws IOException {
        // given
        claims.directory("grows");
        claims.volume("grows", "64Mi", "hostPath: {path: %s}".formatted(claims.inside("grows")), "Filesystem");
        claims.claim("grows", "64Mi", "Filesystem");
        machines.create("grows", disk("grows", ", size: 16Mi"));
        machines.awaitReady("grows", "Running");

        // when
        machines.patchSpec(
                "grows",
                "{\"disks\": [{\"name\": \"data\", \"size\": \"32Mi\","
                        + " \"persistentVolumeClaim\": {\"claimName\": \"grows\"}}]}");

        // then
        Awaitility.await("the guest to see its disk grown")
                .atMost(Duration.ofMinutes(1))
                .until(() -> machines.type("grows", "cat /sys/block/vda/size"), said -> said.contains("65536"));
        assertThat(Machines.status(machines.get("grows")).pendingChanges()).isEmpty();

        // when
        machines.type("grows", "echo remembered > /tmp/remembered");
        machines.patchSpec(
                "grows",
                "{\"runStrategy\": \"Manual\", \"power\": {\"hibernateRequestedAt\": \"2026-01-01T00:00:00Z\"}}");
        machines.awaitReady("grows", "Hibernated");
        machines.patchSpec("grows", "{\"power\": {\"startRequestedAt\": \"2026-01-01T00:00:01Z\"}}");
        machines.awaitReady("grows", "Running");

        // then
        assertThat(machines.type("grows", "cat /tmp/remembered; echo after > /dev/vda && sync && echo written"))
                .contains("remembered", "written");
        assertThat(Files.readString(claims.outside("grows").resolve("disk.img")))
                .startsWith("after");
        machines.delete("grows");
        machines.awaitGone("grows");
    }

    @Test
    void sampleRuns() {
        // given
        claims.directory("claim");
        claims.volume("claim", "64Mi", "local: {path: %s}".formatted(claims.inside("claim")), "Filesystem");

        // when
        var name = machines.applySample("claim.yaml");

        // then
        machines.awaitReady(name, "Running");
    }

    @Test
    void claimThatComesLaterIsWaitedForInKubeSchedulersWords() throws IOException {
        // given
        claims.directory("later");
        claims.volume("later", "16Mi", "local: {path: %s}".formatted(claims.inside("later")), "Filesystem");
        machines.create("early", disk("later", ""));
        var scheduled = machines.awaitCondition("early", "Scheduled", "Unschedulable");
        assertThat(scheduled.message()).contains("persistentvolumeclaim \"later\" not found");

        // when
        claims.claim("later", "16Mi", "Filesystem");

        // then
        machines.awaitReady("early", "Running");
        machines.delete("early");
        machines.awaitGone("early");
    }

    /** Whoever has a pod with the claim may write in it. */
    @Test
    void linkThatATenantPutsInItsClaimLeadsTheHypervisorNowhere() throws IOException {
        // given
        claims.directory("hostile");
        claims.volume("hostile", "16Mi", "local: {path: %s}".formatted(claims.inside("hostile")), "Filesystem");
        claims.claim("hostile", "16Mi", "Filesystem");
        var secret = claims.outside("secret");
        Files.writeString(secret, "of the node\n");
        var owner = Files.getOwner(secret);
        Files.createSymbolicLink(claims.outside("hostile").resolve("disk.img"), Path.of(claims.inside("secret")));

        // when
        machines.create("hostile", disk("hostile", ""));

        // then
        var stalled = machines.awaitCondition("hostile", "Stalled", "ClaimUnusable");
        assertThat(stalled.message())
                .contains("spec.disks[data]", "PersistentVolumeClaim hostile", "disk.img that is no regular file");
        assertThat(Files.readString(secret)).isEqualTo("of the node\n");
        assertThat(Files.getOwner(secret, LinkOption.NOFOLLOW_LINKS)).isEqualTo(owner);

        // when a fifo is there, at which an open would wait
        Files.delete(claims.outside("hostile").resolve("disk.img"));
        Testbed.run(List.of(
                        "mkfifo", claims.outside("hostile").resolve("disk.img").toString()))
                .orFail();
        machines.create("fifo", disk("hostile", ""));

        // then
        machines.awaitCondition("fifo", "Stalled", "ClaimUnusable");
        machines.delete("hostile");
        machines.delete("fifo");
        machines.awaitGone("hostile");
        machines.awaitGone("fifo");
    }

    @Test
    void fileSystemIsSharedWithAPodAndIsAllThatItsServerSees() throws IOException {
        // given
        claims.directory("shared");
        claims.volume("shared", "16Mi", "local: {path: %s}".formatted(claims.inside("shared")), "Filesystem");
        claims.claim("shared", "16Mi", "Filesystem");
        copier("shared");
        machines.createFrom(machines.manifest("shares", filesystem("shared"))
                .replace("guest: 128Mi", "guest: 128Mi\n    hugepages: {pageSize: 2Mi}"));
        machines.awaitReady("shares", "Running");

        // when
        var mounted = machines.type(
                "shares",
                "modprobe virtiofs; mount -t virtiofs data /mnt && ln -s /etc/shadow /mnt/link"
                        + " && echo of the guest > /mnt/file && echo moun''ted; cat /mnt/link || true");

        // then
        assertThat(mounted).contains("mounted", "can't open '/mnt/link'");
        Awaitility.await("the guest to see what the pod made of its file")
                .atMost(Duration.ofMinutes(1))
                .until(() -> machines.type("shares", "cat /mnt/copy"), said -> said.contains("of the guest"));
        var server = Testbed.run(List.of("pgrep", "--newest", "-f", "virtiofsd.*/shared-" + machines.namespace))
                .orFail()
                .strip();
        try (var seen = Files.list(Path.of("/proc", server, "root"))) {
            assertThat(seen.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("file", "copy", "link");
        }

        // when its memory is to be saved
        machines.patchSpec(
                "shares",
                "{\"runStrategy\": \"Manual\", \"power\": {\"hibernateRequestedAt\": \"2026-01-01T00:00:00Z\"}}");

        // then
        machines.await(
                "shares",
                "telling why the verb was ignored",
                vm -> Optional.ofNullable(Machines.status(vm).power())
                        .map(Power::ignored)
                        .filter(verb -> verb.message().contains("guest that shares file systems"))
                        .isPresent());
        assertThat(machines.type("shares", "cat /mnt/file")).contains("of the guest");
        machines.delete("shares");
        machines.awaitGone("shares");
        assertThat(claims.outside("shared").resolve("file")).hasContent("of the guest\n");
    }

    /** Where kubelet has no mount of its own, a path may lead through what a tenant has made. */
    @Test
    void directoryOfTheNodeIsNotShared() {
        // given
        claims.directory("plain");
        claims.volume("plain", "16Mi", "hostPath: {path: %s}".formatted(claims.inside("plain")), "Filesystem");
        claims.claim("plain", "16Mi", "Filesystem");

        // when
        machines.create("plain", filesystem("plain"));

        // then
        assertThat(machines.awaitCondition("plain", "Stalled", "ClaimUnusable").message())
                .contains("spec.filesystems[data]", "PersistentVolumeClaim plain", "hostPath");
        machines.delete("plain");
        machines.awaitGone("plain");
    }

    @Test
    void blockDeviceIsTheDisk() {
        // given
        var backing = claims.outside("device.img").toString();
        claims.directory("");
        Testbed.run(List.of("truncate", "-s", "16M", backing)).orFail();
        var device = Testbed.run(List.of("losetup", "--find", "--show", backing))
                .orFail()
                .strip();
        try {
            claims.volume("device", "16Mi", "local: {path: %s}".formatted(device), "Block");
            claims.claim("device", "16Mi", "Block");

            // when
            machines.create("device", disk("device", ""));
            machines.awaitReady("device", "Running");

            // then
            assertThat(machines.type(
                            "device", "cat /sys/block/vda/size; echo on-a-device > /dev/vda && sync && echo written"))
                    .contains(Integer.toString(16 << 11), "written");
            machines.delete("device");
            machines.awaitGone("device");
            assertThat(Testbed.run(List.of("head", "-n", "1", device)).orFail()).contains("on-a-device");

            // when
            machines.create("lun", disk("device", ", device: Lun"));

            // then
            assertThat(machines.awaitCondition("lun", "Stalled", "NotSupported").message())
                    .contains("spec.disks.device: a Lun's guest speaks SCSI");
            machines.delete("lun");
            machines.awaitGone("lun");

            // when it is to be shared
            machines.create("shares-device", filesystem("device"));

            // then
            assertThat(machines.awaitCondition("shares-device", "Stalled", "ClaimUnusable")
                            .message())
                    .contains("spec.filesystems[data]", "is no file system");
            machines.delete("shares-device");
            machines.awaitGone("shares-device");
        } finally {
            Testbed.run(List.of("losetup", "--detach", device)).orFail();
        }
    }

    private static String disk(String claim, String more) {
        return "  stopMode: Hard%n  disks: [{name: data, persistentVolumeClaim: {claimName: %s}%s}]%n"
                .formatted(claim, more);
    }

    private static String filesystem(String claim) {
        return "  stopMode: Hard%n  filesystems: [{name: data, persistentVolumeClaim: {claimName: %s}}]%n"
                .formatted(claim);
    }

    /** A pod that has the claim too, and copies a file there once there is one. */
    private static void copier(String claim) {
        machines.createFrom("""
                apiVersion: v1
                kind: Pod
                metadata: {name: copier, namespace: %1$s}
                spec:
                  terminationGracePeriodSeconds: 0
                  securityContext: {runAsUser: 0}
                  containers:
                  - name: copier
                    image: meridian/reservation:dev
                    command: [sh, -c]
                    args: ["until [ -s /shared/file ]; do sleep 1; done; busybox cp /shared/file /shared/copy; sleep 1000000"]
                    volumeMounts: [{name: claim, mountPath: /shared}]
                  volumes: [{name: claim, persistentVolumeClaim: {claimName: %2$s}}]
                """.formatted(machines.namespace, claim));
    }
}
