package dev.meridian.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import dev.meridian.libvirt.DomainEvent.AgentLifecycle;
import dev.meridian.libvirt.DomainEvent.AgentReason;
import dev.meridian.libvirt.DomainEvent.AgentState;
import dev.meridian.libvirt.DomainEvent.IoError;
import dev.meridian.libvirt.DomainEvent.IoErrorAction;
import dev.meridian.libvirt.DomainEvent.Lifecycle;
import dev.meridian.libvirt.DomainEvent.Reboot;
import dev.meridian.libvirt.DomainEvent.RtcChange;
import dev.meridian.libvirt.DomainEvent.Watchdog;
import dev.meridian.libvirt.DomainEvent.WatchdogAction;
import java.nio.charset.StandardCharsets;
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
        var kind = LifecycleKind.of(event);
        tell(
                opaque,
                domain,
                of -> new Lifecycle(of.uuid, of.name, of.id, of.at, kind, LifecycleDetail.of(kind, detail)));
        return 0;
    };

    private static final LibvirtC.GenericCallback REBOOT =
            (_, domain, opaque) -> tell(opaque, domain, of -> new Reboot(of.uuid, of.name, of.id, of.at));

    private static final LibvirtC.RtcChangeCallback RTC_CHANGE = (_, domain, utcoffset, opaque) ->
            tell(opaque, domain, of -> new RtcChange(of.uuid, of.name, of.id, of.at, utcoffset));

    private static final LibvirtC.WatchdogCallback WATCHDOG = (_, domain, action, opaque) ->
            tell(opaque, domain, of -> new Watchdog(of.uuid, of.name, of.id, of.at, WatchdogAction.of(action)));

    private static final LibvirtC.IoErrorReasonCallback IO_ERROR =
            (_, domain, path, alias, action, reason, opaque) -> tell(
                    opaque,
                    domain,
                    of -> new IoError(
                            of.uuid,
                            of.name,
                            of.id,
                            of.at,
                            text(path),
                            text(alias),
                            IoErrorAction.of(action),
                            text(reason)));

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
            case WATCHDOG -> WATCHDOG;
            case IO_ERROR -> IO_ERROR;
            case AGENT_LIFECYCLE -> AGENT_LIFECYCLE;
        };
    }

    /** A borrowed {@code const char*}, NULL read as empty. */
    private static String text(@Nullable Pointer characters) {
        return characters == null ? "" : characters.getString(0, StandardCharsets.UTF_8.name());
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
