package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.HypervisorType;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * For how long a guest may stand still at the end of its migration. QEMU stops it as soon as what is left of its memory would
 * go over in that time, be it half of all. So little is let pass at first, and more by and by for a guest that changes its
 * memory faster than that.
 *
 * <p>Not of a guest whose CPUs QEMU emulates: a write of theirs that falls into the moment at which a pass begins can be lost,
 * for TCG does not wait for it when its dirty log is taken. With QEMU 7.2 a migration of many passes ended in the guest's kernel
 * panic, most likely by this. Such a guest is sent in as few passes as QEMU lets it be.
 *
 * @param most that is let pass at all
 */
public record Downtime(Duration most, Duration now) {
    /** QEMU's own, parameter {@code downtime-limit}. */
    public static final Duration USUAL = Duration.ofMillis(300);

    private static final int STEPS = 10;

    /**
     * @param type of the guest
     * @param most milliseconds that somebody wishes
     */
    public static Downtime atFirst(HypervisorType type, OptionalInt most) {
        var limit = most.isPresent() ? Duration.ofMillis(most.getAsInt()) : USUAL;
        return type == HypervisorType.KVM
                ? new Downtime(limit, Duration.ofMillis(Math.max(1, limit.toMillis() / STEPS)))
                : new Downtime(limit, limit);
    }

    /** @param passes of QEMU over the guest's memory so far: the first one sends all, and says nothing of the guest */
    public Downtime after(long passes) {
        return passes < 2
                ? this
                : new Downtime(most, shorter(most, now.multipliedBy(3).dividedBy(2)));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
