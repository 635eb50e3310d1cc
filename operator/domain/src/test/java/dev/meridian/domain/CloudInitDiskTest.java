package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.domain.cloudinit.CloudInitDisk;
import dev.meridian.domain.iso.IsoImage;
import dev.meridian.domain.machine.GivenValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Read back as a guest reads it: by Joliet's descriptor, directory by directory. */
class CloudInitDiskTest {
    private static final int SECTOR = 2048;

    @Test
    void noCloudHoldsTheMachinesIdentityAndWhatWasGiven() {
        // when
        var disk = disk("""
                memory: {guest: 1Gi}
                cloudInit:
                  userData: "#cloud-config"
                  networkData: "version: 2"
                  sshAuthorizedKeys: [ssh-ed25519 AAAA me]
                """);
        // then
        assertThat(label(disk)).isEqualTo("cidata");
        assertThat(files(disk))
                .containsEntry("user-data", "#cloud-config")
                .containsEntry("network-config", "version: 2")
                .containsEntry(
                        "meta-data",
                        "{\"instance-id\":\"22222222-2222-4222-8222-222222222222\",\"local-hostname\":\"web\","
                                + "\"public-keys\":[\"ssh-ed25519 AAAA me\"]}\n")
                .hasSize(3);
    }

    @Test
    void noCloudWithoutUserDataHasAnEmptyFileOfIt() {
        // when
        var disk = disk("{memory: {guest: 1Gi}, cloudInit: {}}");
        // then
        assertThat(files(disk)).containsEntry("user-data", "").hasSize(2);
    }

    @Test
    void configDriveHasTheLayoutOfOpenStack() {
        // when
        var disk = disk("""
                memory: {guest: 1Gi}
                cloudInit: {dataSource: ConfigDrive, userData: "#!/bin/sh", sshAuthorizedKeys: [ssh-ed25519 AAAA me]}
                """);
        // then
        assertThat(label(disk)).isEqualTo("config-2");
        assertThat(files(disk))
                .containsEntry("openstack/latest/user_data", "#!/bin/sh")
                .containsEntry(
                        "openstack/latest/meta_data.json",
                        "{\"uuid\":\"22222222-2222-4222-8222-222222222222\",\"hostname\":\"web\",\"name\":\"web\","
                                + "\"public_keys\":{\"key-0\":\"ssh-ed25519 AAAA me\"}}\n")
                .hasSize(2);
    }

    @Test
    void bytesThatAreNoTextAreThereAsTheyAre() {
        // given
        var bytes = new byte[256];
        IntStream.range(0, 256).forEach(value -> bytes[value] = (byte) value);
        var base64 = Base64.getEncoder().encodeToString(bytes).replaceAll("(.{76})", "$1 ");
        // when
        var disk = disk("{memory: {guest: 1Gi}, cloudInit: {userDataBase64: \"%s\"}}".formatted(base64));
        // then
        assertThat(contents(disk).get("user-data")).isEqualTo(bytes);
    }

    @Test
    void sameFilesGiveTheSameBytes() {
        assertThat(disk("{memory: {guest: 1Gi}, cloudInit: {userData: a}}"))
                .isEqualTo(disk("{memory: {guest: 1Gi}, cloudInit: {userData: a}}"));
    }

    @Test
    void fileOfAMegabyteIsWhole() {
        // given
        var text = "user data ".repeat(100_000);
        var files = new TreeMap<String, byte[]>(Map.of("user-data", text.getBytes(StandardCharsets.UTF_8)));
        // when
        var disk = IsoImage.of("cidata", files);
        // then
        assertThat(files(disk)).containsEntry("user-data", text);
    }

    @Test
    void filesOfAWholeConfigMapAreThereByTheirNames() {
        // given
        var files = new TreeMap<String, byte[]>();
        var expected = new TreeMap<String, String>();
        for (int number = 0; number < 500; number++) {
            var name = "application-config-%03d.production.yaml".formatted(number);
            expected.put(name, "value: " + number);
            files.put(name, ("value: " + number).getBytes(StandardCharsets.UTF_8));
        }
        // when
        var disk = IsoImage.of("config", files);
        // then
        assertThat(files(disk)).isEqualTo(expected);
    }

    @Test
    void nameThatTheFormatCannotHoldIsRefused() {
        // given
        var name = "a".repeat(IsoImage.LONGEST_NAME + 1);
        var files = new TreeMap<String, byte[]>(Map.of(name, new byte[1]));
        // then
        assertThatThrownBy(() -> IsoImage.of("config", files)).hasMessageContaining(name);
    }

    private static byte[] disk(String spec) {
        var machine = Samples.machine(spec);
        return CloudInitDisk.of(machine.identity(), machine.cloudInit().orElseThrow(), value -> switch (value) {
            case GivenValue.Inline(var inline) -> inline.getBytes(StandardCharsets.UTF_8);
            case GivenValue.Encoded encoded -> encoded.content().orElseThrow();
            case GivenValue.FromSecret secret -> throw new AssertionError(secret);
        });
    }

    private static String label(byte[] disk) {
        return new String(disk, 16 * SECTOR + 40, 32, StandardCharsets.US_ASCII).strip();
    }

    private static Map<String, String> files(byte[] disk) {
        var texts = new TreeMap<String, String>();
        contents(disk).forEach((name, content) -> texts.put(name, new String(content, StandardCharsets.UTF_8)));
        return texts;
    }

    private static Map<String, byte[]> contents(byte[] disk) {
        var joliet = 17 * SECTOR;
        assertThat(disk[joliet]).isEqualTo((byte) 2);
        assertThat(new String(disk, joliet + 1, 5, StandardCharsets.US_ASCII)).isEqualTo("CD001");
        assertThat(disk.length / SECTOR).isEqualTo(littleEndian(disk, joliet + 80));
        var files = new TreeMap<String, byte[]>();
        directory(disk, littleEndian(disk, joliet + 156 + 2), "", files);
        return files;
    }

    private static void directory(byte[] disk, int sector, String path, Map<String, byte[]> files) {
        var end = sector * SECTOR + littleEndian(disk, sector * SECTOR + 10);
        for (int at = sector * SECTOR; at < end; at += disk[at] & 0xff) {
            if (disk[at] == 0) {
                at = (at / SECTOR + 1) * SECTOR; // no record lies across the end of a sector
                if (at >= end) {
                    return;
                }
            }
            var name = new String(disk, at + 33, disk[at + 32] & 0xff, StandardCharsets.UTF_16BE);
            var extent = littleEndian(disk, at + 2);
            if (disk[at + 32] == 1) {
                continue; // itself and its parent
            }
            if (disk[at + 25] == 2) {
                directory(disk, extent, path + name + "/", files);
            } else {
                files.put(
                        path + name,
                        Arrays.copyOfRange(disk, extent * SECTOR, extent * SECTOR + littleEndian(disk, at + 10)));
            }
        }
    }

    private static int littleEndian(byte[] disk, int at) {
        return ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }
}
