package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.GuestFilesystem;
import dev.meridian.api.v1alpha1.GuestStatus;
import dev.meridian.api.v1alpha1.InterfaceStatus;
import dev.meridian.domain.guest.GuestInfo;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.xml.MacAddresses;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of a guest by its agent, while that is there: no more often than it says something new. */
final class Guests {
    /** Bytes that moved by less than this share of all say nothing new. */
    private static final int SHARE_WORTH_A_WRITE = 10;

    private Guests() {}

    static Optional<GuestStatus> status(Situation s, Observation.Present seen) {
        if (!isAsked(seen)) {
            return Optional.empty();
        }
        var told = Optional.ofNullable(s.before().guest());
        return seen.report()
                .info()
                .map(GuestInfo::status)
                .map(now -> quiet(now, told))
                .or(() -> told);
    }

    private static boolean isAsked(Observation.Present seen) {
        return seen.power().isActive() && seen.guest().connected();
    }

    private static GuestStatus quiet(GuestStatus now, Optional<GuestStatus> told) {
        var before = told.map(GuestStatus::filesystems).orElse(List.of());
        return new GuestStatus(
                now.hostname(),
                now.os(),
                now.agentVersion(),
                now.timezone(),
                now.filesystems().stream().map(fs -> quiet(fs, before)).toList());
    }

    private static GuestFilesystem quiet(GuestFilesystem now, List<GuestFilesystem> before) {
        return before.stream()
                .filter(fs -> fs.mountPoint().equals(now.mountPoint())
                        && Objects.equals(fs.device(), now.device())
                        && Objects.equals(fs.type(), now.type())
                        && isAsGoodAs(fs.totalBytes(), now.totalBytes(), fs)
                        && isAsGoodAs(fs.usedBytes(), now.usedBytes(), fs))
                .findFirst()
                .orElse(now);
    }

    private static boolean isAsGoodAs(@Nullable Long told, @Nullable Long now, GuestFilesystem fs) {
        if (told == null || now == null) {
            return Objects.equals(told, now);
        }
        var share = Objects.requireNonNullElse(fs.totalBytes(), 0L) / SHARE_WORTH_A_WRITE;
        return told.equals(now) || Math.abs(told - now) < share;
    }

    /** By its agent; where that has not told yet, as before; where there is none, as its network leased. */
    static List<InterfaceStatus> interfaces(Situation s, Observation.Present seen) {
        var identity = s.machine().identity();
        var machine =
                seen.power().isActive() ? Machine.of(identity, seen.document().applied()) : s.machine();
        return machine.interfaces().stream()
                .map(nic -> card(nic, MacAddresses.of(identity, nic), s, seen))
                .toList();
    }

    private static InterfaceStatus card(InterfaceShape card, String mac, Situation s, Observation.Present seen) {
        var name = card.name();
        var network = card.network().orElse(null);
        var leased =
                new InterfaceStatus(name, mac, seen.interfaceAddresses().getOrDefault(mac, List.of()), null, network);
        if (!isAsked(seen)) {
            return leased;
        }
        if (seen.report().info().isEmpty()) {
            return s.before().interfaces().stream()
                    .filter(before -> before.name().equals(name)
                            && before.macAddress().equals(mac)
                            && Objects.equals(before.network(), network)
                            && before.guestName() != null)
                    .findFirst()
                    .orElse(leased);
        }
        return seen.report()
                .info()
                .get()
                .card(mac)
                .map(nic -> new InterfaceStatus(
                        name, mac, nic.addresses(), nic.name().orElse(null), network))
                .orElse(leased);
    }
}
