package dev.meridian.domain.cloudinit;

import dev.meridian.domain.iso.IsoImage;
import dev.meridian.domain.machine.CloudInitShape;
import dev.meridian.domain.machine.GivenText;
import dev.meridian.domain.machine.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The disk on which cloud-init finds its data, in the layout of one of its data sources. */
public final class CloudInitDisk {
    private CloudInitDisk() {}

    /** @param text the content of a text that the machine names */
    public static byte[] of(Identity machine, CloudInitShape shape, Function<GivenText, String> text) {
        var userData = shape.userData().map(text);
        var networkData = shape.networkData().map(text);
        return switch (shape.dataSource()) {
            case NoCloud -> IsoImage.of("cidata", noCloud(machine, shape, userData, networkData));
            case ConfigDrive -> IsoImage.of("config-2", configDrive(machine, shape, userData, networkData));
        };
    }

    /** Without user data there is an empty file: cloud-init takes a disk that lacks it for none of its own. */
    private static SortedMap<String, byte[]> noCloud(
            Identity machine, CloudInitShape shape, Optional<String> userData, Optional<String> networkData) {
        var files = new TreeMap<String, byte[]>();
        put(files, "meta-data", CloudInitMetadata.noCloud(machine, shape.sshAuthorizedKeys()));
        put(files, "user-data", userData.orElse(""));
        networkData.ifPresent(data -> put(files, "network-config", data));
        return files;
    }

    private static SortedMap<String, byte[]> configDrive(
            Identity machine, CloudInitShape shape, Optional<String> userData, Optional<String> networkData) {
        var files = new TreeMap<String, byte[]>();
        put(
                files,
                "openstack/latest/meta_data.json",
                CloudInitMetadata.configDrive(machine, shape.sshAuthorizedKeys()));
        userData.ifPresent(data -> put(files, "openstack/latest/user_data", data));
        networkData.ifPresent(data -> put(files, "openstack/latest/network_data.json", data));
        return files;
    }

    private static void put(SortedMap<String, byte[]> files, String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
