package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.placement.Migrations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When was heard here what another node says of its clock in a migration, by this node's clock. */
final class HeardClocks {
    private record Heard(String told, Instant at) {}

    private final InstantSource clock;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    HeardClocks(InstantSource clock) {
        this.clock = clock;
    }

    /** @param told by the other node, in the state of the migration that is heard of now */
    void hear(VirtualMachineMigration migration, @Nullable String told) {
        var uid = migration.getMetadata().getUid();
        if (told == null || Migrations.isOver(migration)) {
            heard.remove(uid);
        } else {
            heard.compute(
                    uid,
                    (_, before) ->
                            before != null && before.told().equals(told) ? before : new Heard(told, clock.instant()));
        }
    }

    Optional<Instant> at(VirtualMachineMigration migration) {
        return Optional.ofNullable(heard.get(migration.getMetadata().getUid())).map(Heard::at);
    }
}
