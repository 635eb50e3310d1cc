package dev.meridian.domain.plan;

import dev.meridian.domain.guest.AuthorizedKeys;
import dev.meridian.domain.guest.KeyPlan;
import dev.meridian.domain.machine.AccessKeysShape;
import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.supply.MountedFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The public keys that a machine's spec gives to users of its guest. */
public final class GuestKeys {
    private GuestKeys() {}

    /** Nothing is decided about a user while a Secret of his is not there. */
    public static KeyPlan plan(Situation s) {
        var byUser = new TreeMap<String, SortedSet<String>>();
        var undecided = new HashSet<String>();
        for (var access : s.machine().accessKeys()) {
            var keys = files(s, access);
            for (var user : access.users()) {
                keys.ifPresentOrElse(
                        files -> byUser.computeIfAbsent(user, _ -> new TreeSet<>())
                                .addAll(AuthorizedKeys.of(files)),
                        () -> undecided.add(user));
            }
        }
        byUser.keySet().removeAll(undecided);
        return new KeyPlan(byUser);
    }

    private static Optional<Map<String, byte[]>> files(Situation s, AccessKeysShape access) {
        return switch (mounted(s, access.secret())) {
            case MountedFiles.Files(var contents) -> Optional.of(contents);
            case MountedFiles.Awaited(), MountedFiles.Unusable _ -> Optional.empty();
        };
    }

    private static MountedFiles mounted(Situation s, GivenFiles secret) {
        return s.supplies().files().getOrDefault(secret.volume(), new MountedFiles.Awaited());
    }

    /** Secrets of which the pod of the running machine has nothing. */
    public static List<String> awaited(Situation s) {
        return secrets(s).stream()
                .filter(secret -> mounted(s, secret) instanceof MountedFiles.Awaited)
                .map(GivenFiles::name)
                .toList();
    }

    /** What is wrong with the first Secret that cannot be used as it is. */
    public static Optional<String> mistake(Situation s) {
        return secrets(s).stream()
                .flatMap(secret -> mistake(secret, mounted(s, secret)).stream())
                .findFirst();
    }

    private static Optional<String> mistake(GivenFiles secret, MountedFiles mounted) {
        return switch (mounted) {
            case MountedFiles.Awaited() -> Optional.empty();
            case MountedFiles.Unusable(var why) -> Optional.of("Secret %s: its files %s".formatted(secret.name(), why));
            case MountedFiles.Files(var contents) -> {
                var mistaken = AuthorizedKeys.mistaken(contents);
                if (!mistaken.isEmpty()) {
                    yield Optional.of("Secret %s: key %s has a line that is no public key of ssh; the others are used"
                            .formatted(secret.name(), mistaken.getFirst()));
                }
                yield contents.isEmpty()
                        ? Optional.of(
                                "Secret %s is not there, or empty: users have no keys of it".formatted(secret.name()))
                        : Optional.empty();
            }
        };
    }

    private static List<GivenFiles> secrets(Situation s) {
        return s.machine().accessKeys().stream()
                .map(AccessKeysShape::secret)
                .distinct()
                .toList();
    }
}
