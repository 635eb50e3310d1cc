package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.supply.MountedClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories stand for two nodes' sysfs. */
class BlockDevicesTest {
    private static final String WWID = "naa.60014059a1b2c3d4e5f60718293a4b5c";

    @TempDir
    private Path here;

    @TempDir
    private Path there;

    private BlockDevices ours;
    private BlockDevices theirs;

    @BeforeEach
    void nodes() {
        ours = new BlockDevices(here);
        theirs = new BlockDevices(there);
    }

    @Test
    void deviceHasTheKernelsNameAndSize() throws IOException {
        // given
        disk(here, "sdc", "8:32", Map.of("device/wwid", WWID));

        // then
        assertThat(ours.of("8:32")).isEqualTo(new MountedClaim.Block("/dev/sdc", "8:32", 1 << 20, Optional.of(WWID)));
    }

    @Test
    void diskThatHasANumberOfItsOwnIsTheSameUnderAnotherName() throws IOException {
        // given
        disk(here, "sdc", "8:32", Map.of("device/wwid", WWID));
        disk(there, "sdq", "65:0", Map.of("device/wwid", WWID));
        disk(here, "nvme0n1", "259:0", Map.of("wwid", "uuid.0a1b2c3d-0001-4002-8003-aabbccddeeff"));
        disk(there, "nvme3n1", "259:7", Map.of("wwid", "uuid.0a1b2c3d-0001-4002-8003-aabbccddeeff"));

        // then
        assertThat(ours.identity("8:32")).isEqualTo(theirs.identity("65:0")).isNotEqualTo(ours.identity("259:0"));
        assertThat(ours.identity("259:0")).isPresent().isEqualTo(theirs.identity("259:7"));
    }

    @Test
    void imageOfCephIsTheSameByItsClusterPoolAndId() throws IOException {
        // given
        image(here, 0, "4", "10ae6b8b4567");
        image(there, 3, "4", "10ae6b8b4567");
        image(there, 5, "5", "10ae6b8b4567");
        image(there, 6, "4", "10ae00000000");
        image(there, 7, "4", "10ae6b8b4567");
        write(there.resolve("bus/rbd/devices/7/pool_ns"), "tenant");

        // then
        assertThat(ours.identity("252:0"))
                .isEqualTo(theirs.identity("252:3"))
                .contains(
                        "rbd cluster_fsid=0e2a6f1c-0000-4000-8000-000000000001 pool_id=4 image_id=10ae6b8b4567 snap_id=18446744073709551614")
                .isNotEqualTo(theirs.identity("252:5"))
                .isNotEqualTo(theirs.identity("252:6"))
                .isNotEqualTo(theirs.identity("252:7"));
    }

    /** A number that nobody has given out is one that many devices may have. */
    @Test
    void deviceThatTheKernelCannotTellFromOthersHasNoIdentity() throws IOException {
        // given
        disk(here, "loop3", "7:3", Map.of());
        disk(here, "sda", "8:0", Map.of("device/wwid", "naa.60000000000000000e00000000010001"));
        disk(here, "sdb", "8:16", Map.of("device/wwid", "t10.ATA     QEMU HARDDISK  QM00001"));
        disk(here, "sdc", "8:32", Map.of("device/wwid", "naa.3333333000002710"));
        disk(here, "vdb", "253:16", Map.of("serial", "data"));
        disk(here, "dm-1", "254:1", Map.of("dm/uuid", "CRYPT-PLAIN-data"));
        disk(here, "dm-2", "254:2", Map.of("dm/uuid", "\n"));
        disk(here, "rbd1", "252:1", Map.of());
        mapped(here, "dm-3", "254:3", "LVM-aVolume", "loop3");
        mapped(here, "dm-4", "254:4", "LVM-anotherVolume");
        disk(here, "loop3/loop3p1", "259:0", Map.of("partition", "1", "start", "2048"));

        // then
        for (var number : new String[] {
            "7:3", "8:0", "8:16", "8:32", "253:16", "254:1", "254:2", "252:1", "254:3", "254:4", "259:0"
        }) {
            assertThat(ours.identity(number)).as(number).isEmpty();
        }
    }

    @Test
    void mappedDeviceIsWhatIsBelowIt() throws IOException {
        // given
        disk(here, "sdc", "8:32", Map.of("device/wwid", WWID));
        disk(here, "sdd", "8:48", Map.of("device/wwid", WWID));
        mapped(here, "dm-0", "254:0", "mpath-360014059", "sdc", "sdd");
        mapped(here, "dm-1", "254:1", "LVM-aVolume", "dm-0");
        disk(there, "sdx", "65:112", Map.of("device/wwid", WWID));
        mapped(there, "dm-7", "254:7", "mpath-360014059", "sdx");
        mapped(there, "dm-8", "254:8", "LVM-aVolume", "dm-7");
        mapped(there, "dm-9", "254:9", "LVM-another", "dm-7");

        // then
        assertThat(ours.identity("254:1"))
                .isPresent()
                .isEqualTo(theirs.identity("254:8"))
                .isNotEqualTo(theirs.identity("254:9"));
    }

    @Test
    void volumeOnManyDisksIsBriefAndStillNoOther() throws IOException {
        // given
        var disks =
                IntStream.range(0, 20).mapToObj(i -> "sd" + (char) ('a' + i)).toArray(String[]::new);
        for (var i = 0; i < disks.length; i++) {
            disk(
                    here,
                    disks[i],
                    "8:" + 16 * i,
                    Map.of("device/wwid", "naa.600140500000000000000000000000%02x".formatted(i)));
            disk(
                    there,
                    disks[i],
                    "8:" + 16 * i,
                    Map.of("device/wwid", "naa.600140500000000000000000000000%02x".formatted(i)));
        }
        mapped(here, "dm-1", "254:1", "LVM-aVolume", disks);
        mapped(there, "dm-1", "254:1", "LVM-aVolume", disks);
        mapped(there, "dm-2", "254:2", "LVM-another", disks);

        // then
        assertThat(ours.identity("254:1").orElseThrow()).hasSizeLessThanOrEqualTo(300);
        assertThat(ours.identity("254:1"))
                .isEqualTo(theirs.identity("254:1"))
                .isEqualTo(ours.of("254:1").identity())
                .isNotEqualTo(theirs.identity("254:2"));
    }

    /** Of a clone of a disk each node may have one, with the same volume on it. */
    @Test
    void volumeOnAnotherDiskIsAnother() throws IOException {
        // given
        disk(here, "sdc", "8:32", Map.of("device/wwid", WWID));
        mapped(here, "dm-1", "254:1", "LVM-aVolume", "sdc");
        disk(there, "sdc", "8:32", Map.of("device/wwid", "naa.60014050000000000000000000000001"));
        mapped(there, "dm-1", "254:1", "LVM-aVolume", "sdc");

        // then
        assertThat(ours.identity("254:1")).isPresent().isNotEqualTo(theirs.identity("254:1"));
    }

    @Test
    void partitionIsItsPlaceOnItsDisk() throws IOException {
        // given
        for (var node : new Path[] {here, there}) {
            disk(node, "sdc", "8:32", Map.of("device/wwid", WWID));
            disk(node, "sdc/sdc1", "8:33", Map.of("partition", "1", "start", "2048"));
            disk(node, "sdc/sdc2", "8:34", Map.of("partition", "2", "start", "4096"));
        }

        // then
        assertThat(ours.identity("8:33"))
                .isPresent()
                .isEqualTo(theirs.identity("8:33"))
                .isNotEqualTo(theirs.identity("8:34"))
                .isNotEqualTo(ours.identity("8:32"));
        assertThat(ours.of("8:33").device()).isEqualTo("/dev/sdc1");
    }

    @Test
    void fileHasNoNumber() throws IOException {
        assertThat(BlockDevices.number(Files.createFile(here.resolve("file")))).isEmpty();
        assertThat(BlockDevices.number(Path.of("/dev/null"))).isEmpty();
    }

    private static void image(Path sys, int number, String pool, String id) throws IOException {
        disk(sys, "rbd" + number, "252:" + number, Map.of());
        var device = sys.resolve("bus/rbd/devices/" + number);
        write(device.resolve("cluster_fsid"), "0e2a6f1c-0000-4000-8000-000000000001");
        write(device.resolve("pool_id"), pool);
        write(device.resolve("image_id"), id);
        write(device.resolve("snap_id"), "18446744073709551614");
    }

    private static void mapped(Path sys, String name, String number, String uuid, String... below) throws IOException {
        disk(sys, name, number, Map.of("dm/uuid", uuid));
        var slaves = Files.createDirectories(sys.resolve("devices/" + name + "/slaves"));
        for (var slave : below) {
            Files.createSymbolicLink(slaves.resolve(slave), Path.of("../../" + slave));
        }
    }

    /** One of a mebibyte. */
    private static void disk(Path sys, String name, String number, Map<String, String> attributes) throws IOException {
        var directory = sys.resolve("devices/" + name);
        write(
                directory.resolve("uevent"),
                "MAJOR=%s\nDEVNAME=%s".formatted(number.replace(":", "\nMINOR="), directory.getFileName()));
        write(directory.resolve("size"), "2048");
        for (var attribute : attributes.entrySet()) {
            write(directory.resolve(attribute.getKey()), attribute.getValue());
        }
        var numbers = Files.createDirectories(sys.resolve("dev/block"));
        Files.createSymbolicLink(numbers.resolve(number), Path.of("../../devices/" + name));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text + "\n");
    }
}
