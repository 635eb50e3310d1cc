package dev.meridian.domain.clock;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.UtcClock;
import dev.meridian.domain.machine.ClockBase;
import dev.meridian.domain.machine.ClockShape;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Which offset of the guest's real-time clock is believed, and which one a start begins with. */
public final class ClockRules {
    /** libvirt rounds to whole seconds when it reads the clock back; less than this is no change of the guest's. */
    private static final long DEAD_BAND_SECONDS = 2;

    /**
     * It asks QEMU first and looks at the host's clock then: on a busy node what it reads back lies another second behind,
     * which each restart would add to the last.
     */
    private static final long DEAD_BAND_BEHIND_SECONDS = 3;

    private static final long WRAP_SECONDS = 1L << 32;
    private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(1);

    private ClockRules() {}

    /**
     * What is believed after an observation. An event always counts when it is later than what is stored, the last of
     * those within one millisecond too; a value that was read from the live XML counts when nothing was stored since, and
     * only beyond the dead band.
     *
     * @param zone of libvirt's process
     * @param hook what the guest had when it ended; it says nothing new where the event was seen
     */
    public static ClockReading observed(
            ClockReading stored,
            Optional<RtcChange> event,
            Optional<LiveClock> live,
            ZoneId zone,
            Optional<RtcChange> hook,
            Instant now) {
        var later = event.filter(e -> isLater(e, stored, now));
        if (later.isPresent()) {
            var offset = unwrapped(later.get().offsetSeconds(), later.get().at());
            var source = later.get().bySync() ? ClockSource.GuestSync : ClockSource.Event;
            return new ClockReading(offset, source, later.get().at(), isInRange(offset));
        }
        var noted = hook.filter(h -> h.at().isAfter(stored.observedAt()))
                .filter(h -> h.offsetSeconds() != stored.offsetSeconds());
        if (noted.isPresent()) {
            var offset = unwrapped(noted.get().offsetSeconds(), noted.get().at());
            return new ClockReading(offset, ClockSource.Hook, noted.get().at(), isInRange(offset));
        }
        return live.filter(l -> !l.readAt().isBefore(stored.observedAt()) || isToCome(stored, now))
                .map(l -> live(stored, l, zone))
                .orElse(stored);
    }

    private static ClockReading live(ClockReading stored, LiveClock live, ZoneId zone) {
        var adjustment = live.offsetSeconds();
        var shift = zoneShift(adjustment, zone, live.readAt());
        if (!isChange(stored, adjustment) || !isChange(stored, adjustment + shift)) {
            return stored;
        }
        var offset = unwrapped(adjustment + shift, live.readAt());
        return new ClockReading(offset, ClockSource.LiveXml, live.readAt(), shift == 0 && isInRange(offset));
    }

    /**
     * What libvirt leaves out when it reads a guest's clock at its own start: the difference of daylight-saving time in its
     * zone between the guest's date and today (qemuRefreshRTC: mktime takes the guest's date for local time). An offset
     * that stands in the XML since an event or a start lacks nothing, and nobody can tell the two apart.
     */
    private static long zoneShift(long adjustment, ZoneId zone, Instant now) {
        if (!isInRange(adjustment)) {
            return 0;
        }
        var guest = LocalDateTime.ofInstant(now.plusSeconds(adjustment), ZoneOffset.UTC);
        var there = zone.getRules().getOffset(guest).getTotalSeconds();
        return (long) there - zone.getRules().getOffset(now).getTotalSeconds();
    }

    /** What is stored of a time to come was read before the host's clock was put back. */
    private static boolean isToCome(ClockReading stored, Instant now) {
        return stored.observedAt().isAfter(now);
    }

    private static boolean isLater(RtcChange event, ClockReading stored, Instant now) {
        return event.at().isAfter(stored.observedAt())
                || (isToCome(stored, now) && !event.at().isAfter(now))
                || (isOfAnEvent(stored)
                        && event.at().equals(stored.observedAt())
                        && event.offsetSeconds() != stored.offsetSeconds());
    }

    private static boolean isChange(ClockReading stored, long live) {
        var isBesideASync =
                stored.source() == ClockSource.GuestSync && live == stored.offsetSeconds() + DEAD_BAND_SECONDS;
        return isChange(stored.offsetSeconds(), live) && !isBesideASync;
    }

    private static boolean isChange(long stored, long live) {
        return live <= stored - DEAD_BAND_BEHIND_SECONDS || live >= stored + DEAD_BAND_SECONDS;
    }

    /**
     * An event that came while we set the guest's clock: it is ours where it leaves the real-time clock as believed, which
     * stays what it was to be, else each of them would move it by what libvirt rounds.
     */
    public static RtcChange besideASync(RtcChange event, ClockReading believed) {
        var beside = Math.abs(event.offsetSeconds() - believed.offsetSeconds()) <= DEAD_BAND_SECONDS;
        return beside ? new RtcChange(believed.offsetSeconds(), event.at(), true) : event;
    }

    /**
     * QEMU counts offsets in 32 bits: what is farther ahead it tells as so much behind. No guest has its clock before 1970.
     */
    private static long unwrapped(long offsetSeconds, Instant at) {
        return isInRange(offsetSeconds) && at.plusSeconds(offsetSeconds).isBefore(Instant.EPOCH)
                ? offsetSeconds + WRAP_SECONDS
                : offsetSeconds;
    }

    /** When a next change may be written: at once after any but an event, else a second later. */
    public static Instant nextWrite(ClockReading stored, Instant now) {
        return isOfAnEvent(stored) && !isToCome(stored, now)
                ? stored.observedAt().plus(BETWEEN_EVENTS)
                : Instant.MIN;
    }

    private static boolean isOfAnEvent(ClockReading reading) {
        return switch (reading.source()) {
            case Event, GuestSync -> true;
            case LiveXml, Hook, Spec, Restored -> false;
        };
    }

    /**
     * What the last run of a machine left of its clock.
     *
     * @param wished what its user wished of the clock then
     * @param began the offset's base was taken at that time
     */
    public record Left(ClockShape wished, Instant began, ClockReading reading) {
        /** A zone's clock that the guest never set goes by the zone's rule at the next start. */
        private boolean isUntouchedLocal() {
            return wished.base() instanceof ClockBase.Local local
                    && !isChange(local.offsetSeconds(began), reading.offsetSeconds());
        }
    }

    /**
     * What a cold start begins with: what the guest had left, unless the machine does not persist it, has never run, or
     * its user has since changed the wished clock.
     */
    public static ClockReading atStart(ClockShape wished, Optional<Left> last, Instant now) {
        return last.filter(_ -> wished.persist())
                .filter(left -> left.wished().base().equals(wished.base()))
                .filter(left -> !left.isUntouchedLocal())
                .map(Left::reading)
                .filter(reading -> isInRange(reading.offsetSeconds()))
                .map(reading -> new ClockReading(reading.offsetSeconds(), ClockSource.Restored, now, reading.certain()))
                .orElseGet(() -> new ClockReading(wished.base().offsetSeconds(now), ClockSource.Spec, now, true));
    }

    /**
     * What the persistent definition says, so that a start by anybody begins right.
     *
     * @param began when the run began that the definition was written for
     */
    public static long definitionOffset(ClockShape wished, ClockReading reading, Instant began) {
        return wished.persist() && isInRange(reading.offsetSeconds())
                ? reading.offsetSeconds()
                : wished.base().offsetSeconds(began);
    }

    public static boolean isInRange(long offsetSeconds) {
        return offsetSeconds >= -UtcClock.LIMIT_SECONDS && offsetSeconds <= UtcClock.LIMIT_SECONDS;
    }
}
