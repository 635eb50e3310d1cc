package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorPool;
import dev.meridian.api.v1alpha1.PendingChange;
import dev.meridian.api.v1alpha1.RetainedDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of a node as disks: what the guest has of them, and what no machine gets. */
@Shared
class DiskE2E {
    private static Machines machines;
    private static Testbed.Node node;

    /** As the node sees it. */
    private static String directory;

    @BeforeAll
    static void open() throws IOException {
        machines = new Machines(Testbed.open(), "disk");
        node = machines.testbed.nodes().getFirst();
        directory = "/var/lib/meridian/" + machines.namespace;
        layOut();
        machines.openTo(machines.namespace, directory + "/own");
        machines.openTo(machines.namespace + "-other", directory + "/others");
    }

    @AfterAll
    static void close() {
        machines.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace, machines.namespace + "-other")
                .orFail();
        Testbed.run(List.of("rm", "-rf", outside("").toString())).orFail();
    }

    @Test
    void guestHasItsDisksWithTheirSizesAndWhatItWroteAfterAStop() {
        // given
        machines.create("disks", here() + """
                  disks:
                  - {name: system, hostPath: {path: %1$s/own/system.img}}
                  - {name: data, hostPath: {path: %1$s/own/data.qcow2, format: qcow2}}
                  - {name: image, readOnly: true, hostPath: {path: %1$s/own/image.img}}
                """.formatted(directory));
        machines.awaitReady("disks", "Running");

        // when
        machines.type("disks", "echo written-raw > /dev/vda && echo written-qcow2 > /dev/vdb && sync");
        machines.patchSpec("disks", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("disks", "Stopped");
        machines.patchSpec("disks", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("disks", "Running");

        // then
        assertThat(machines.type(
                        "disks",
                        "cd /sys/block; for d in vda vdb vdc; do echo $d $(cat $d/size $d/ro $d/serial); done"))
                .contains("vda 16384 0 system", "vdb 65536 0 data", "vdc 2048 1 image");
        assertThat(machines.type("disks", "head -n 1 /dev/vda; head -n 1 /dev/vdb; head -n 1 /dev/vdc"))
                .contains("written-raw", "written-qcow2", "read me");
        assertThat(machines.type("disks", "echo no > /dev/vdc || echo refused")).contains("refused");
    }

    @Test
    void diskInUseByAnotherMachineIsToldAndTakenWhenItIsFree() {
        // given
        var disk = "  disks: [{name: one, hostPath: {path: %s/own/shared.img}}]\n".formatted(directory);
        machines.create("holds", here() + disk);
        machines.awaitReady("holds", "Running");

        // when
        machines.create("waits", here() + disk);

        // then
        var ready = machines.awaitCondition("waits", "Ready", "DiskInUse");
        assertThat(ready.message())
                .contains("spec.disks[one].hostPath.path: " + directory + "/own/shared.img")
                .contains("in use");
        machines.delete("holds");
        machines.awaitReady("waits", "Running");
    }

    @Test
    void machinesThatShareADiskRunTogetherAndSeeItsBlocksAsAsked() {
        // given
        var disk = here() + """
                  disks:
                  - name: one
                    hostPath: {path: %s/own/both.img}
                    shareable: true
                    cache: none
                    blockSize: {logical: 4096, physical: 4096}
                """.formatted(directory);

        // when
        machines.create("left", disk);
        machines.create("right", disk);
        machines.awaitReady("left", "Running");
        machines.awaitReady("right", "Running");

        // then
        assertThat(machines.type("left", "cd /sys/block/vda/queue; cat logical_block_size physical_block_size"))
                .contains("4096\n4096");
        machines.type("left", "echo seen-by-both > /dev/vda && sync");
        assertThat(machines.type("right", "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vda"))
                .contains("seen-by-both");
        machines.delete("left");
        machines.delete("right");
    }

    @Test
    void disksKeepTheirOwnThreadsWhateverOthersComeAndGo() {
        // given
        machines.create("threads", """
                  stopMode: Hard
                  disks:
                  - {name: first, blank: {}, size: 2Mi, dedicatedIOThread: true}
                  - {name: second, blank: {}, size: 4Mi, dedicatedIOThread: true}
                  - {name: third, blank: {}, size: 8Mi}
                """);
        machines.awaitReady("threads", "Running");
        assertThat(threads("threads")).containsExactly("1", "2");
        assertThat(threadOfSecond()).isEqualTo("2");

        // when
        machines.patchSpec("threads", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("threads", "Stopped");
        machines.patchSpec("threads", """
                {"runStrategy": "Always", "disks": [
                {"name": "second", "blank": {}, "size": "4Mi", "dedicatedIOThread": true}]}""");
        machines.awaitReady("threads", "Running");

        // then
        assertThat(threads("threads")).containsExactly("2");
        assertThat(threadOfSecond()).isEqualTo("2");
        assertThat(machines.type(
                        "threads", "echo written > /dev/vda && sync; head -n 1 /dev/vda; cat /sys/block/vda/size"))
                .contains("written\n8192");
        machines.delete("threads");
    }

    @Test
    void driveKeepsItsPlaceWhenTheOneBeforeItGoesAndAnotherComes() {
        // given
        machines.create("drives", """
                  stopMode: Hard
                  disks:
                  - {name: first, bus: sata, blank: {}, size: 2Mi}
                  - {name: second, bus: sata, blank: {}, size: 4Mi}
                """);
        machines.awaitReady("drives", "Running");
        machines.patchSpec("drives", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("drives", "Stopped");

        // when
        machines.patchSpec("drives", """
                {"runStrategy": "Always", "disks": [
                {"name": "second", "bus": "sata", "blank": {}, "size": "4Mi"},
                {"name": "third", "bus": "sata", "blank": {}, "size": "8Mi"}]}""");
        machines.awaitReady("drives", "Running");

        // then
        assertThat(machines.testbed
                        .virsh(
                                machines.nodeOf("drives"),
                                "qemu-monitor-command",
                                "--hmp",
                                machines.domain("drives"),
                                "info qtree")
                        .orFail())
                .containsPattern("bus: ide\\.0\\s+type IDE\\s+dev: ide-hd, id \"ua-disk-third\"")
                .containsPattern("bus: ide\\.1\\s+type IDE\\s+dev: ide-hd, id \"ua-disk-second\"");
        machines.delete("drives");
    }

    /** The guest is the firmware: the probe guest's kernel has drivers of neither. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stick  | bus: usb       | info usb   | QEMU USB MSD, ID: ua-disk-one
            floppy | device: Floppy | info block | Removable device: not locked
            """)
    void machineBootsFromAUsbDiskAndFromAFloppy(String name, String as, String question, String answer)
            throws IOException {
        // given
        Files.write(outside("own/%s.img".formatted(name)), loader("loaded from the " + name));

        // when
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: %s}
                spec:
                  stopMode: Hard
                  nodeSelector: {kubernetes.io/hostname: %s}
                  memory: {guest: 64Mi}
                  disks:
                  - {name: one, %s, hostPath: {path: %s/own/%s.img}}
                """.formatted(name, machines.namespace, node.name(), as, directory, name));
        var vm = machines.awaitReady(name, "Running");

        // then
        var console = Path.of(node.stateDirectory(), "console", vm.getMetadata().getUid() + ".log");
        Awaitility.await("the loader's words")
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.readString(console).contains("loaded from the " + name));
        assertThat(machines.testbed
                        .virsh(node, "qemu-monitor-command", "--hmp", machines.domain(name), question)
                        .orFail())
                .contains(answer);
        machines.delete(name);
    }

    /** A floppy whose boot sector writes a text to the serial port. */
    private static byte[] loader(String text) {
        var floppy = new byte[1440 << 10];
        var code = HexFormat.of().parseHex("be127cbaf8032eac84c07404eeebf7f4ebfd");
        var words = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(code, 0, floppy, 0, code.length);
        System.arraycopy(words, 0, floppy, code.length, words.length);
        floppy[510] = 0x55;
        floppy[511] = (byte) 0xaa;
        return floppy;
    }

    /** As QEMU has them. */
    private static List<String> threads(String name) {
        var said = machines.testbed
                .virsh(
                        machines.nodeOf(name),
                        "qemu-monitor-command",
                        machines.domain(name),
                        "{\"execute\": \"query-iothreads\"}")
                .orFail();
        return Pattern.compile("\"id\":\"iothread(\\d+)\"")
                .matcher(said)
                .results()
                .map(match -> match.group(1))
                .sorted()
                .toList();
    }

    /** As QEMU's device of the disk names it. */
    private static String threadOfSecond() {
        var said = machines.testbed
                .virsh(machines.nodeOf("threads"), "qemu-monitor-command", machines.domain("threads"), """
                        {"execute": "qom-get", "arguments": {"path": "/machine/peripheral/ua-disk-second", "property": "iothread"}}""")
                .orFail();
        var name = Pattern.compile("/objects/iothread(\\d+)").matcher(said);
        assertThat(name.find()).as(said).isTrue();
        return name.group(1);
    }

    @Test
    void configMapAndSecretAreReadOnlyDisksOfTheGuestOnceTheyAreThere() {
        // given
        var name = machines.applySample("given-files.yaml");
        machines.awaitReady(name, "Running");

        // then
        assertThat(machines.type(name, "grep -ac 'listen: 8080' /dev/vda; grep -ac swordfish /dev/vdb"))
                .contains("1\n1");
        assertThat(machines.type(name, "cat /sys/block/vda/serial /sys/block/vda/ro /sys/block/vdb/ro"))
                .contains("config1\n1");
        var vm = machines.get(name);
        var files = Path.of(
                machines.nodeOf(name).stateDirectory(),
                "machines",
                vm.getMetadata().getUid());
        assertThat(files.resolve("config_files.iso")).exists();
        assertThat(machines.inactiveXml(machines.nodeOf(name), name)).doesNotContain("swordfish");
        assertThat(Objects.toString(Machines.status(vm))).doesNotContain("swordfish");

        // when
        machines.testbed
                .kubectl("-n", machines.namespace, "patch", "configmap", "given-files", "-p", """
                        {"data": {"app.yaml": "listen: 9090"}}""")
                .orFail();
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        machines.patchSpec(name, "{\"runStrategy\":\"Always\"}");
        machines.awaitReady(name, "Running");

        // then
        assertThat(machines.type(name, "grep -ac 'listen: 9090' /dev/vda")).contains("1");

        // when
        machines.delete(name);
        machines.awaitGone(name);

        // then
        assertThat(files).doesNotExist();
    }

    /** kubelet looks at what it has mounted about once a minute, and so does the agent. */
    @Test
    @Tag("long")
    void changedConfigMapIsPendingUntilTheNextStart() {
        // given
        machines.testbed
                .kubectl("-n", machines.namespace, "create", "configmap", "changes", "--from-literal=a=before")
                .orFail();
        machines.create("changes", "  stopMode: Hard\n  disks: [{name: config, configMap: {name: changes}}]\n");
        machines.awaitReady("changes", "Running");

        // when
        machines.testbed
                .kubectl("-n", machines.namespace, "patch", "configmap", "changes", "-p", """
                        {"data": {"a": "after"}}""")
                .orFail();

        // then
        Awaitility.await("the change to be pending")
                .atMost(Duration.ofMinutes(5))
                .until(
                        () -> Machines.status(machines.get("changes")).pendingChanges().stream()
                                .map(PendingChange::field)
                                .toList(),
                        List.of("spec.disks[config].configMap")::equals);
        machines.patchSpec("changes", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("changes", "Stopped");
        machines.patchSpec("changes", "{\"runStrategy\":\"Always\"}");
        var vm = machines.awaitReady("changes", "Running");
        assertThat(Machines.status(vm).pendingChanges()).isEmpty();
        assertThat(machines.type("changes", "grep -ac after /dev/vda")).contains("1");
        machines.delete("changes");
    }

    @Test
    void machineWaitsForItsConfigMap() {
        // given
        machines.create("early", "  stopMode: Hard\n  disks: [{name: config, configMap: {name: later}}]\n");
        var ready = machines.awaitCondition("early", "Ready", "WaitingForConfigMap");
        assertThat(ready.message()).contains("ConfigMap later is not on node", "create it");

        // when
        machines.testbed
                .kubectl("-n", machines.namespace, "create", "configmap", "later", "--from-literal=a=b")
                .orFail();

        // then
        machines.awaitReady("early", "Running");
        machines.delete("early");
    }

    @Test
    void retainedDisksOutliveTheirMachineAndAreAnothersOfTheNamespace() throws IOException {
        // given
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: small, namespace: %s}
                spec: {format: raw, hostPath: {path: %s/own/image.img}}
                """.formatted(machines.namespace, directory));
        machines.create("first", here() + """
                  disks:
                  - {name: root, image: {name: small}, reclaimPolicy: Retain}
                  - {name: data, blank: {}, size: 2Mi, reclaimPolicy: Retain}
                  - {name: scratch, blank: {}, size: 4Mi}
                """);
        var uid = machines.awaitReady("first", "Running").getMetadata().getUid();
        machines.type("first", "printf seen > /dev/vda && echo written > /dev/vdb && sync");
        var files = Path.of(node.stateDirectory(), "machines", uid);
        assertThat(files.resolve("scratch.qcow2")).exists();

        // when
        machines.delete("first");
        machines.awaitGone("first");

        // then
        var kept = awaitRetained(2);
        assertThat(kept).extracting(RetainedDisk::disk).containsExactlyInAnyOrder("root", "data");
        assertThat(kept).extracting(RetainedDisk::machine).containsOnly("first");
        assertThat(files).doesNotExist();
        var root = name(kept, "root");
        var data = name(kept, "data");

        // when
        try (var others = new Machines(machines.testbed, "disk-other")) {
            others.create("thief", here() + "  disks: [{name: one, retained: {name: %s}}]\n".formatted(data));
            assertThat(others.awaitCondition("thief", "Stalled", "RetainedDiskMissing")
                            .message())
                    .startsWith("spec.disks[one].retained.name: ")
                    .contains("keeps no disk " + data + " for namespace " + others.namespace);
        }
        var disks = "  disks: [{name: one, retained: {name: %s}}, {name: two, retained: {name: %s}, size: 3Mi}]\n"
                .formatted(root, data);
        machines.create("second", here() + disks);
        machines.awaitReady("second", "Running");
        machines.create("third", here() + disks);

        // then
        assertThat(machines.type("second", "head -n 1 /dev/vda; head -n 1 /dev/vdb; cat /sys/block/vdb/size"))
                .contains("seen me", "written", "6144");
        machines.awaitCondition("third", "Stalled", "RetainedDiskMissing");
        awaitRetained(0);

        // when
        machines.patchSpec(
                "second", "{\"disks\": [{\"name\": \"one\", \"retained\": {\"name\": \"%s\"}}]}".formatted(root));
        machines.await(
                "second",
                "told of the disk",
                vm -> !Machines.status(vm).pendingChanges().isEmpty());
        machines.delete("third");
        machines.delete("second");
        machines.awaitGone("second");

        // then
        assertThat(awaitRetained(2)).extracting(RetainedDisk::name).containsExactlyInAnyOrder(root, data);

        // when
        removeRetained();

        // then
        machines.create("late", here() + "  disks: [{name: one, retained: {name: %s}}]\n".formatted(data));
        machines.awaitCondition("late", "Stalled", "RetainedDiskMissing");
        machines.delete("late");
    }

    @Test
    void volumesOfAPoolAreDisksOnceThePoolIsOpenedAndActive() throws IOException {
        // given
        var pool = machines.namespace;
        Files.createDirectories(outside("pool"));
        virsh("pool-define-as", pool, "dir", "--target", directory + "/pool");
        machines.create("pooled", here() + """
                  disks:
                  - {name: raw, volume: {pool: %1$s, name: raw.img}}
                  - {name: cow, volume: {pool: %1$s, name: cow.qcow2, format: qcow2}}
                """.formatted(pool));
        assertThat(machines.awaitCondition("pooled", "Stalled", "PoolNotOpened").message())
                .startsWith("spec.disks[raw].volume.pool: %s is not opened to namespace ".formatted(pool));

        // when
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s-pool}
                spec:
                  pools:
                  - {name: %1$s, namespaces: {names: [%1$s]}}
                """.formatted(pool));
        try {
            // then
            machines.awaitCondition("pooled", "Stalled", "PoolInactive");

            // when
            virsh("pool-start", pool);
            virsh("vol-create-as", pool, "raw.img", "8M", "--format", "raw");
            virsh("vol-create-as", pool, "cow.qcow2", "16M", "--format", "qcow2");
            machines.patchSpec("pooled", "{\"stopMode\":\"TrySoft\"}");
            machines.awaitReady("pooled", "Running");

            // then
            assertThat(machines.type(
                            "pooled",
                            "echo in-raw > /dev/vda && echo in-cow > /dev/vdb && sync; cat /sys/block/vd?/size"))
                    .contains("16384\n32768");
            assertThat(Files.readString(outside("pool/raw.img"), StandardCharsets.ISO_8859_1))
                    .startsWith("in-raw\n");
            machines.create(
                    "second", here() + "  disks: [{name: one, volume: {pool: %s, name: raw.img}}]\n".formatted(pool));
            assertThat(machines.awaitCondition("second", "Ready", "DiskInUse").message())
                    .startsWith("spec.disks[one].volume.name: raw.img of pool %s is in use".formatted(pool));
            machines.delete("second");
            Awaitility.await("the pool in the Hypervisor's status")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Objects.requireNonNull(machines.client
                                    .resources(Hypervisor.class)
                                    .withName(node.name())
                                    .get()
                                    .getStatus())
                            .pools()
                            .contains(new HypervisorPool(pool, true)));

            // when
            image("raw", "pool/own.img", "1M");
            Testbed.run(List.of(
                            "cp",
                            outside("own/backed.qcow2").toString(),
                            outside("pool/backed.qcow2").toString()))
                    .orFail();
            Files.createSymbolicLink(outside("pool/link.img"), Path.of("own.img"));
            virsh("pool-refresh", pool);

            // then
            refused(pool, "backed", "backed.qcow2, format: qcow2", "names a backing or data file");
            refused(pool, "mistaken", "cow.qcow2", "has format qcow2 by libvirt, not raw");
            refused(pool, "link", "link.img", "links are not followed");
        } finally {
            machines.delete("pooled");
            virsh("pool-destroy", pool);
            virsh("pool-undefine", pool);
            machines.testbed
                    .kubectl("delete", "hypervisorpolicy", pool + "-pool")
                    .orFail();
        }
    }

    private static void refused(String pool, String name, String volume, String message) {
        machines.create(
                name, here() + "  disks: [{name: one, volume: {pool: %s, name: %s}}]\n".formatted(pool, volume));
        assertThat(machines.awaitCondition(name, "Stalled", "VolumeRefused").message())
                .startsWith("spec.disks[one].volume.name: ")
                .contains(message);
        machines.delete(name);
    }

    private static void virsh(String... command) {
        machines.testbed.virsh(node, command).orFail();
    }

    /** As an administrator does. */
    private static void removeRetained() throws IOException {
        try (var namespaces =
                Files.newDirectoryStream(Path.of(node.stateDirectory(), "retained"), machines.namespace + "_*")) {
            for (var each : namespaces) {
                Testbed.run(List.of("rm", "-r", each.toString())).orFail();
            }
        }
    }

    private static String name(List<RetainedDisk> disks, String disk) {
        return disks.stream()
                .filter(kept -> disk.equals(kept.disk()))
                .findFirst()
                .orElseThrow()
                .name();
    }

    /** Those of the namespace, as the node's Hypervisor lists them. */
    private static List<RetainedDisk> awaitRetained(int count) {
        return Awaitility.await(count + " retained disks")
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> Objects.requireNonNull(machines.client
                                        .resources(Hypervisor.class)
                                        .withName(node.name())
                                        .get()
                                        .getStatus())
                                .retainedDisks()
                                .stream()
                                .filter(disk -> disk.namespace().equals(machines.namespace))
                                .toList(),
                        disks -> disks.size() == count);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    link       | own/link.img         | FileRefused   | is not a regular file; links are not followed
                    through    | own/away/passwd      | FileRefused   | own/away, which is no directory; links are not followed
                    directory  | own/directory        | FileRefused   | is not a regular file
                    everybodys | own/open/disk.img    | FileRefused   | own/open, which others than root can change; make it root's, mode 755
                    writable   | own/writable.img     | FileRefused   | can be written by everybody; take that right away (chmod o-w)
                    text       | own/system.img       | FileRefused   | is not a qcow2 image; say format: raw, or convert it
                    backed     | own/backed.qcow2     | FileRefused   | names a backing or data file; flatten it with qemu-img convert
                    others     | others/disk.img      | PathNotOpened | is not opened to namespace
                    sibling    | own-sibling/disk.img | PathNotOpened | is not opened to namespace
                    missing    | own/missing.img      | FileMissing   | put it there or correct the path
                    """)
    void fileThatNoMachineMayHaveIsRefusedWithItsPath(String name, String path, String reason, String message) {
        // given
        var format = name.equals("text") || name.equals("backed") ? "qcow2" : "raw";

        // when
        machines.create(
                name,
                here()
                        + "  disks: [{name: one, hostPath: {path: %s/%s, format: %s}}]\n"
                                .formatted(directory, path, format));

        // then
        var stalled = machines.awaitCondition(name, "Stalled", reason);
        assertThat(stalled.message())
                .startsWith("spec.disks[one].hostPath.path: %s/%s".formatted(directory, path))
                .contains(message);
        machines.delete(name);
    }

    private static String here() {
        return "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
    }

    private static void layOut() throws IOException {
        for (var each : List.of("own/directory", "own/open", "others", "own-sibling")) {
            Files.createDirectories(outside(each));
        }
        image("raw", "own/system.img", "8M");
        image("qcow2", "own/data.qcow2", "32M");
        image("raw", "own/shared.img", "1M");
        image("raw", "own/both.img", "1M");
        for (var each : List.of(
                "own/image.img", "own/writable.img", "own/open/disk.img", "others/disk.img", "own-sibling/disk.img")) {
            Files.writeString(outside(each), "read me\n" + "\0".repeat((1 << 20) - 8));
        }
        Testbed.run(List.of(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-F",
                        "raw",
                        "-b",
                        "/etc/passwd",
                        outside("own/backed.qcow2").toString(),
                        "1M"))
                .orFail();
        Files.createSymbolicLink(outside("own/link.img"), Path.of("system.img"));
        Files.createSymbolicLink(outside("own/away"), Path.of("/etc"));
        Files.setPosixFilePermissions(outside("own/open"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(outside("own/writable.img"), PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    private static void image(String format, String path, String size) {
        Testbed.run(List.of(
                        "qemu-img", "create", "-q", "-f", format, outside(path).toString(), size))
                .orFail();
    }

    /** A file of the node, as this machine sees it. */
    private static Path outside(String path) {
        return Path.of(node.stateDirectory(), machines.namespace, path);
    }
}
