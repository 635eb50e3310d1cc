package dev.meridian.libvirt;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What may be said of a migration beside its flags (VIR_MIGRATE_PARAM_*).
 *
 * @param uri where the destination's QEMU listens, such as {@code tcp://10.0.0.2}; the destination's daemon says it when
 *     left out
 * @param destinationXml the running domain as the destination is to have it, where paths differ
 * @param persistentXml the definition that the destination is to keep; the source's when left out
 * @param bandwidthMebibytes a second
 * @param disks that are copied, by their targets, with {@link MigrateFlag#NON_SHARED_DISK} or NON_SHARED_INC
 * @param parallelConnections with {@link MigrateFlag#PARALLEL}
 * @param compression the method's name, such as {@code xbzrle}, with {@link MigrateFlag#COMPRESSED}
 */
public record MigrateParameters(
        Optional<String> uri,
        Optional<String> destinationXml,
        Optional<String> persistentXml,
        OptionalLong bandwidthMebibytes,
        List<String> disks,
        OptionalInt parallelConnections,
        Optional<String> compression) {
    public MigrateParameters {
        disks = List.copyOf(disks);
    }

    public static final MigrateParameters NONE = new MigrateParameters(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            List.of(),
            OptionalInt.empty(),
            Optional.empty());

    public MigrateParameters withUri(String newUri) {
        return new MigrateParameters(
                Optional.of(newUri),
                destinationXml,
                persistentXml,
                bandwidthMebibytes,
                disks,
                parallelConnections,
                compression);
    }

    public MigrateParameters withDestinationXml(String newXml) {
        return new MigrateParameters(
                uri, Optional.of(newXml), persistentXml, bandwidthMebibytes, disks, parallelConnections, compression);
    }

    public MigrateParameters withPersistentXml(String newXml) {
        return new MigrateParameters(
                uri, destinationXml, Optional.of(newXml), bandwidthMebibytes, disks, parallelConnections, compression);
    }

    public MigrateParameters withBandwidthMebibytes(long perSecond) {
        return new MigrateParameters(
                uri,
                destinationXml,
                persistentXml,
                OptionalLong.of(perSecond),
                disks,
                parallelConnections,
                compression);
    }

    public MigrateParameters withDisks(List<String> newDisks) {
        return new MigrateParameters(
                uri, destinationXml, persistentXml, bandwidthMebibytes, newDisks, parallelConnections, compression);
    }

    public MigrateParameters withParallelConnections(int connections) {
        return new MigrateParameters(
                uri,
                destinationXml,
                persistentXml,
                bandwidthMebibytes,
                disks,
                OptionalInt.of(connections),
                compression);
    }

    public MigrateParameters withCompression(String method) {
        return new MigrateParameters(
                uri,
                destinationXml,
                persistentXml,
                bandwidthMebibytes,
                disks,
                parallelConnections,
                Optional.of(method));
    }

    /** As libvirt's typed parameters, for one call. */
    <T> T given(Function<TypedParameterList, T> call) {
        try (var list = new TypedParameterList()) {
            uri.ifPresent(value -> list.add("migrate_uri", value));
            destinationXml.ifPresent(value -> list.add("destination_xml", value));
            persistentXml.ifPresent(value -> list.add("persistent_xml", value));
            bandwidthMebibytes.ifPresent(value -> list.add("bandwidth", value));
            disks.forEach(value -> list.add("migrate_disks", value));
            parallelConnections.ifPresent(value -> list.add("parallel.connections", value));
            compression.ifPresent(value -> list.add("compression", value));
            return call.apply(list);
        }
    }
}
