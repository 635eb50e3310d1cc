package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Lease of a node's guard. While the guard holds it, the machines that it names run on the node or nowhere; while
 * the controller does, none of them runs there. Each takes it from what it has seen, so that one of two gets it.
 *
 * @param guarded machines whose guests end when the guard does, or when it has not renewed the Lease for so long
 * @param lasts from before a renewal is sent until such guests are dead
 */
public record GuardLease(Holder holder, Set<UUID> guarded, Duration lasts) {
    /** Who may decide about the machines. */
    public sealed interface Holder {
        /** The guard may take it. */
        record Nobody() implements Holder {}

        /** @param life of the guard's process, which no other has */
        record Guard(String life) implements Holder {}

        /** Until it has given all of the machines up on the node. */
        record Controller() implements Holder {}
    }

    private static final String PREFIX = "meridian-guard-";
    private static final String GUARD = "guard/";

    public GuardLease {
        guarded = Set.copyOf(guarded);
    }

    public GuardLease with(Holder newHolder, Set<UUID> newGuarded) {
        return new GuardLease(newHolder, newGuarded, lasts);
    }

    public static String name(String node) {
        return PREFIX + node;
    }

    /** Of which node's guard it is; empty of another Lease. */
    public static Optional<String> node(Lease lease) {
        var name = lease.getMetadata().getName();
        return name.startsWith(PREFIX) ? Optional.of(name.substring(PREFIX.length())) : Optional.empty();
    }

    /**
     * As the API server has it. What it names that is no machine's is left out.
     *
     * @param otherwise how long it lasts if it does not say
     */
    public static GuardLease of(Lease lease, Duration otherwise) {
        var spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
        var named = Optional.ofNullable(lease.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Meridian.GUARDED))
                .orElse("");
        return new GuardLease(
                holder(spec.getHolderIdentity()),
                Stream.of(named.split(",", -1))
                        .flatMap(word -> uuid(word).stream())
                        .collect(Collectors.toSet()),
                spec.getLeaseDurationSeconds() == null
                        ? otherwise
                        : Duration.ofSeconds(spec.getLeaseDurationSeconds()));
    }

    /** As it is to be written over what was read, whose version goes along: it is refused if another was quicker. */
    public Lease over(Lease before, Instant now) {
        return new LeaseBuilder(before)
                .editOrNewMetadata()
                .addToAnnotations(
                        Meridian.GUARDED,
                        new TreeSet<>(guarded).stream().map(UUID::toString).collect(Collectors.joining(",")))
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(identity())
                .withLeaseDurationSeconds((int) lasts.toSeconds())
                .withRenewTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    private String identity() {
        return switch (holder) {
            case Holder.Nobody() -> "";
            case Holder.Guard(var life) -> GUARD + life;
            case Holder.Controller() -> Meridian.CONTROLLER;
        };
    }

    private static Holder holder(String identity) {
        if (identity == null || identity.isEmpty()) {
            return new Holder.Nobody();
        }
        return identity.startsWith(GUARD)
                ? new Holder.Guard(identity.substring(GUARD.length()))
                : new Holder.Controller();
    }

    private static Optional<UUID> uuid(String word) {
        try {
            return Optional.of(UUID.fromString(word));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
