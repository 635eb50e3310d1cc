package dev.meridian.domain.cloudinit;

import dev.meridian.domain.iso.IsoImage;
import dev.meridian.domain.machine.CloudInitShape;
import dev.meridian.domain.machine.GivenValue;
import dev.meridian.domain.machine.Identity;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The disk on which cloud-init finds its data, in the layout of one of its data sources. */
public final class CloudInitDisk {
    private CloudInitDisk() {}

    /** @param content of what the machine gives or names */
    public static byte[] of(Identity machine, CloudInitShape shape, Function<GivenValue, byte[]> content) {
        var userData = shape.userData().map(content);
        var networkData = shape.networkData().map(content);
        return switch (shape.dataSource()) {
            case NoCloud -> IsoImage.of("cidata", noCloud(machine, shape, userData, networkData));
            case ConfigDrive -> IsoImage.of("config-2", configDrive(machine, shape, userData, networkData));
        };
    }

    /** Without user data there is an empty file: cloud-init takes a disk that lacks it for none of its own. */
    private static SortedMap<String, byte[]> noCloud(
            Identity machine, CloudInitShape shape, Optional<byte[]> userData, Optional<byte[]> networkData) {
        var files = new TreeMap<String, byte[]>();
        files.put("meta-data", CloudInitMetadata.noCloud(machine, shape.sshAuthorizedKeys()));
        files.put("user-data", userData.orElseGet(() -> new byte[0]));
        networkData.ifPresent(data -> files.put("network-config", data));
        return files;
    }

    private static SortedMap<String, byte[]> configDrive(
            Identity machine, CloudInitShape shape, Optional<byte[]> userData, Optional<byte[]> networkData) {
        var files = new TreeMap<String, byte[]>();
        files.put("openstack/latest/meta_data.json", CloudInitMetadata.configDrive(machine, shape.sshAuthorizedKeys()));
        userData.ifPresent(data -> files.put("openstack/latest/user_data", data));
        networkData.ifPresent(data -> files.put("openstack/latest/network_data.json", data));
        return files;
    }
}
