package dev.meridian.domain.image;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.domain.host.Selection;
import dev.meridian.domain.machine.DiskSizes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which images a node gives up when room is short: those that nobody used for longest. */
public final class Ageing {
    /** Between being found and being used by a machine that starts; a file is in use then, though no domain says so. */
    private static final Duration JUST_USED = Duration.ofMinutes(10);

    /** A disk that fails slowly is noticed, and reading is no load. */
    private static final Duration VERIFIED = Duration.ofDays(7);

    /**
     * An image that the node has.
     *
     * @param verifiedAt when its file was last read and found to be what its digest says
     */
    public record Kept(String digest, long bytes, Instant lastUsed, Instant verifiedAt) {}

    /**
     * What the images may take.
     *
     * @param mostBytes of all images together
     * @param keepFreeBytes that the file system must have left
     */
    public record Limits(long mostBytes, long keepFreeBytes) {
        private static final long MOST_KEPT_FREE = 5L << 30;

        /** Of a file system: a twentieth of it stays free, 5 GiB at most. */
        public static Limits of(long totalBytes) {
            return new Limits(Long.MAX_VALUE, Math.min(totalBytes / 20, MOST_KEPT_FREE));
        }

        /** With the least that a policy of the node says. */
        public Limits with(List<HypervisorPolicySpec> policies, Map<String, String> nodeLabels) {
            var most = policies.stream()
                    .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                    .map(HypervisorPolicySpec::imageCache)
                    .filter(Objects::nonNull)
                    .flatMapToLong(limits -> DiskSizes.bytes(limits.maxBytes()).stream())
                    .min();
            return new Limits(most.orElse(mostBytes), keepFreeBytes);
        }
    }

    private Ageing() {}

    /** The one that is to be read again next, if any is. */
    public static Optional<Kept> unverified(List<Kept> kept, Instant now) {
        return kept.stream()
                .filter(image -> image.verifiedAt().plus(VERIFIED).isBefore(now))
                .min(Comparator.comparing(Kept::verifiedAt));
    }

    /**
     * @param inUse digests of images that machines use
     * @param freeBytes of the file system
     * @param wantedBytes that are to be written next
     */
    public static List<Kept> victims(
            List<Kept> kept, Set<String> inUse, long freeBytes, long wantedBytes, Limits limits, Instant now) {
        var total = kept.stream().mapToLong(Kept::bytes).sum();
        var excess =
                Math.max(total + wantedBytes - limits.mostBytes(), limits.keepFreeBytes() + wantedBytes - freeBytes);
        var victims = new ArrayList<Kept>();
        var candidates = kept.stream()
                .filter(image -> !inUse.contains(image.digest()))
                .filter(image -> image.lastUsed().plus(JUST_USED).isBefore(now))
                .sorted(Comparator.comparing(Kept::lastUsed))
                .toList();
        for (var image : candidates) {
            if (excess <= 0) {
                break;
            }
            victims.add(image);
            excess -= image.bytes();
        }
        return victims;
    }
}
