package dev.meridian.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import dev.meridian.libvirt.DomainEvent.AgentLifecycle;
import dev.meridian.libvirt.DomainEvent.AgentReason;
import dev.meridian.libvirt.DomainEvent.AgentState;
import dev.meridian.libvirt.DomainEvent.Lifecycle;
import dev.meridian.libvirt.DomainEvent.Reboot;
import dev.meridian.libvirt.DomainEvent.RtcChange;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions that libvirt calls, one of each for the whole process and for good.
 *
 * <p>JNA drops a callback whose object was collected, without a word: these are constants. {@code opaque}
 * is a number that {@link Listeners} knows, never an address. Pointers are borrowed: all that an event
 * needs is copied before the callback returns.
 */
final class EventCallbacks {

    static final Listeners<DomainEvent> DOMAIN_EVENTS = new Listeners<>();
    static final Listeners<CloseReason> CLOSES = new Listeners<>();

    static final LibvirtC.CloseFunc CLOSE = (_, reason, opaque) -> CLOSES.tell(opaque, () -> CloseReason.of(reason));

    private static final LibvirtC.LifecycleCallback LIFECYCLE = (_, domain, event, detail, opaque) -> {
        tell(opaque, domain, of -> new Lifecycle(of.uuid, of.name, of.id, of.at, LifecycleKind.of(event), detail));
        return 0;
    };

    private static final LibvirtC.GenericCallback REBOOT =
            (_, domain, opaque) -> tell(opaque, domain, of -> new Reboot(of.uuid, of.name, of.id, of.at));

    private static final LibvirtC.RtcChangeCallback RTC_CHANGE = (_, domain, utcoffset, opaque) ->
            tell(opaque, domain, of -> new RtcChange(of.uuid, of.name, of.id, of.at, utcoffset));

    private static final LibvirtC.AgentLifecycleCallback AGENT_LIFECYCLE = (_, domain, state, reason, opaque) -> tell(
            opaque,
            domain,
            of -> new AgentLifecycle(of.uuid, of.name, of.id, of.at, AgentState.of(state), AgentReason.of(reason)));

    private EventCallbacks() {}

    static Callback of(DomainEventKind kind) {
        return switch (kind) {
            case LIFECYCLE -> LIFECYCLE;
            case REBOOT -> REBOOT;
            case RTC_CHANGE -> RTC_CHANGE;
            case AGENT_LIFECYCLE -> AGENT_LIFECYCLE;
        };
    }

    private static void tell(@Nullable Pointer opaque, Pointer domain, Function<Subject, DomainEvent> event) {
        DOMAIN_EVENTS.tell(opaque, () -> event.apply(Subject.of(domain)));
    }

    /** Whom an event is about, copied from a borrowed virDomainPtr. */
    private record Subject(UUID uuid, String name, int id, long at) {
        static Subject of(Pointer domain) {
            return new Subject(
                    RawUuid.ofDomain(domain),
                    LibvirtC.virDomainGetName(domain),
                    LibvirtC.virDomainGetID(domain),
                    System.nanoTime());
        }
    }
}
