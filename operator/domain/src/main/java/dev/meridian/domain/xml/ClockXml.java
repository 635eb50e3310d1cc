package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.PresenceTimer;
import dev.meridian.api.v1alpha1.RtcTimer;
import dev.meridian.api.v1alpha1.TickPolicy;
import dev.meridian.api.v1alpha1.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code <clock>} element: always {@code variable} on {@code utc}, the one mode in which libvirt's event is an
 * offset from UTC and its normalised XML is what was given.
 */
final class ClockXml {
    private ClockXml() {}

    static El of(Timers timers, long adjustmentSeconds) {
        return el("clock")
                .with("offset", "variable")
                .with("adjustment", adjustmentSeconds)
                .with("basis", "utc")
                .with(timers(timers));
    }

    private static List<El> timers(Timers timers) {
        var elements = new ArrayList<El>();
        if (timers.rtc() != null) {
            elements.add(rtc(timers.rtc()));
        }
        if (timers.pit() != null) {
            elements.add(ticking(el("timer").with("name", "pit"), timers.pit().tickPolicy()));
        }
        present(elements, "hpet", timers.hpet());
        present(elements, "kvmclock", timers.kvm());
        present(elements, "hypervclock", timers.hyperv());
        if (timers.tsc() != null) {
            elements.add(el("timer")
                    .with("name", "tsc")
                    .with("frequency", timers.tsc().frequencyHertz()));
        }
        if (timers.armvtimer() != null) {
            elements.add(ticking(
                    el("timer").with("name", "armvtimer"), timers.armvtimer().tickPolicy()));
        }
        return elements;
    }

    private static El rtc(RtcTimer rtc) {
        var timer = ticking(el("timer").with("name", "rtc"), rtc.tickPolicy());
        return rtc.track() == null
                ? timer
                : timer.with("track", rtc.track().name().toLowerCase(Locale.ROOT));
    }

    private static El ticking(El timer, @Nullable TickPolicy policy) {
        return policy == null ? timer : timer.with("tickpolicy", policy.name().toLowerCase(Locale.ROOT));
    }

    private static void present(List<El> elements, String name, @Nullable PresenceTimer timer) {
        if (timer != null) {
            elements.add(el("timer").with("name", name).with("present", timer.present() ? "yes" : "no"));
        }
    }
}
