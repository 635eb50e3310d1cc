package dev.meridian.libvirt;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What may be said of a migration beside its flags, each once (VIR_MIGRATE_PARAM_*). It is not changed: with makes another. */
public final class MigrateParameters {
    public static final MigrateParameters NONE = new MigrateParameters(List.of());

    private final List<Consumer<TypedParameterList>> said;

    private MigrateParameters(List<Consumer<TypedParameterList>> said) {
        this.said = said;
    }

    /** Where the destination's QEMU listens, such as {@code tcp://10.0.0.2}; the destination's daemon says it when left out. */
    public MigrateParameters withUri(String uri) {
        return and(list -> list.add("migrate_uri", uri));
    }

    /** The running domain as the destination is to have it, where paths differ. */
    public MigrateParameters withDestinationXml(String xml) {
        return and(list -> list.add("destination_xml", xml));
    }

    /** The definition that the destination is to keep; the source's when left out. */
    public MigrateParameters withPersistentXml(String xml) {
        return and(list -> list.add("persistent_xml", xml));
    }

    public MigrateParameters withBandwidthMebibytes(long perSecond) {
        return and(list -> list.add("bandwidth", perSecond));
    }

    /** Those that are copied, by their targets, with {@link MigrateFlag#NON_SHARED_DISK} or NON_SHARED_INC. */
    public MigrateParameters withDisks(List<String> disks) {
        var targets = List.copyOf(disks);
        return and(list -> targets.forEach(disk -> list.add("migrate_disks", disk)));
    }

    /** With {@link MigrateFlag#PARALLEL}. */
    public MigrateParameters withParallelConnections(int connections) {
        return and(list -> list.add("parallel.connections", connections));
    }

    /** @param method such as {@code xbzrle}, with {@link MigrateFlag#COMPRESSED} */
    public MigrateParameters withCompression(String method) {
        return and(list -> list.add("compression", method));
    }

    private MigrateParameters and(Consumer<TypedParameterList> parameter) {
        return new MigrateParameters(
                Stream.concat(said.stream(), Stream.of(parameter)).toList());
    }

    /** As libvirt's typed parameters, for one call. */
    <T> T given(Function<TypedParameterList, T> call) {
        try (var list = new TypedParameterList()) {
            said.forEach(parameter -> parameter.accept(list));
            return call.apply(list);
        }
    }
}
