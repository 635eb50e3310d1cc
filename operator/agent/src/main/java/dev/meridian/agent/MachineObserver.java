package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Bootloader;
import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.ChosenFirmware;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.plan.Guarding;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.xml.Coming;
import dev.meridian.domain.xml.Definition;
import dev.meridian.domain.xml.DefinitionMark;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.DomainState;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.XmlFlag;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks at the domain of a machine, with calls that never wait for a hypervisor process. */
final class MachineObserver {
    private final LibvirtLink link;
    private final String clusterId;
    private final String nodeName;
    private final ClockSpool spool;
    private final InstantSource clock;

    MachineObserver(LibvirtLink link, String clusterId, String nodeName, ClockSpool spool, InstantSource clock) {
        this.link = link;
        this.clusterId = clusterId;
        this.nodeName = nodeName;
        this.spool = spool;
        this.clock = clock;
    }

    Observation observe(Identity machine, MachineMemory memory) {
        var session = link.session();
        if (session.isEmpty()) {
            return new Observation.Unreachable(link.lastFailure());
        }
        try {
            return observe(session.get(), machine, memory);
        } catch (LibvirtException e) {
            if (e.is(ErrorKind.CONNECTION_LOST)) {
                link.suspect();
                return new Observation.Unreachable(e.message());
            }
            if (e.is(ErrorKind.NO_DOMAIN)) {
                return new Observation.Absent();
            }
            throw e;
        }
    }

    private Observation observe(LibvirtSession session, Identity machine, MachineMemory memory) {
        var found = session.reads().lookupByUUID(machine.uid());
        if (found.isPresent()) {
            try (var domain = found.get()) {
                return present(session, machine, domain, memory);
            }
        }
        var namesake = session.reads().lookupByName(machine.domainName());
        if (namesake.isPresent()) {
            try (var domain = namesake.get()) {
                return new Observation.Foreign(domain.name(), "with UUID " + domain.uuid());
            }
        }
        return new Observation.Absent();
    }

    private Observation present(LibvirtSession session, Identity machine, Domain domain, MachineMemory memory) {
        var xml = domain.xml(XmlFlag.INACTIVE);
        var definition = DefinitionReader.read(xml);
        if (definition.coming().filter(this::isOurs).isPresent()) {
            // libvirt ends what comes from a node that it does not hear any more.
            return domain.isActive()
                    ? new Observation.Foreign(domain.name(), "which a migration was about to bring")
                    : new Observation.Absent();
        }
        if (definition.document().isEmpty()) {
            return new Observation.Foreign(domain.name(), "with the machine's UUID and without its metadata");
        }
        return switch (MachineDocuments.read(definition.document().get())) {
            case MachineDocuments.Parsed.NewerFormat(var format) -> new Observation.NewerFormat(format);
            case MachineDocuments.Parsed.Unreadable(var why) ->
                new Observation.Foreign(domain.name(), "with metadata that cannot be read: " + why);
            case MachineDocuments.Parsed.Document(var document)
            when !isOurs(document, machine) ->
                new Observation.Foreign(domain.name(), "that belongs to another cluster or object");
            case MachineDocuments.Parsed.Document(var document) ->
                present(session, domain, xml, definition, document, memory);
        };
    }

    private boolean isOurs(Coming coming) {
        return coming.cluster().equals(clusterId);
    }

    private boolean isOurs(MachineDocument document, Identity machine) {
        return document.cluster().equals(clusterId) && document.object().uid().equals(machine.uid());
    }

    private Observation present(
            LibvirtSession session,
            Domain domain,
            String xml,
            Definition definition,
            MachineDocument document,
            MachineMemory memory) {
        var power = power(domain.state());
        var watched = memory.watched(session.number(), power.isActive());
        if (power.isActive() && memory.needsLiveXml(session.number())) {
            readLiveXml(session, domain, memory);
        }
        return new Observation.Present(
                power,
                domain.id(),
                domain.name(),
                domain.isPersistent(),
                !power.isActive() && domain.hasManagedSave(),
                DefinitionMark.of(session.libvirtVersion(), xml),
                memory.cameUp(),
                memory.rebootedAt(),
                memory.watchdogFiredAt(),
                document,
                definition.machineType(),
                definition.addresses(),
                firmware(power, domain, definition, document),
                memory.liveClock(),
                memory.rtcChange(),
                power.isActive() ? Optional.empty() : spool.of(document.object().uid()),
                watched,
                power.isActive() ? memory.addresses() : Map.of(),
                memory.guest().state(),
                memory.guest().hostStep(),
                memory.report().report(),
                power.isActive() && document.isLeaving(nodeName) && isMigrating(session, document),
                power.isActive()
                        && Guarding.isWanted(document)
                        && GuardConnection.isHeld(document.object().uid()));
    }

    /** Asked only of a guest whose migration was begun by an agent that did not live to see it end. */
    private static boolean isMigrating(LibvirtSession session, MachineDocument document) {
        var migrating = new AtomicBoolean();
        session.commands()
                .call()
                .run(connection -> connection
                        .lookupByUUID(document.object().uid())
                        .ifPresent(domain -> {
                            try (domain) {
                                migrating.set(domain.job().isRunning());
                            }
                        }));
        return migrating.get();
    }

    private void readLiveXml(LibvirtSession session, Domain domain, MachineMemory memory) {
        var which = memory.liveXml();
        // Before the reading: what the guest sets from here on stands in it, or is told later than this.
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var connections = memory.guest().connections();
        var live = DefinitionReader.read(domain.xml());
        memory.guest().connected(live.guestAgentConnected(), connections);
        memory.liveXmlRead(session.number(), which, live.clockAdjustment().map(offset -> new LiveClock(offset, now)));
    }

    /** A libvirt before 9.2 chooses it at the start, and tells of it only while the domain runs. */
    private static Optional<ChosenFirmware> firmware(
            Observation.Power power, Domain domain, Definition definition, MachineDocument document) {
        var isSought = document.firmware() == null
                && document.applied().firmware() != null
                && document.applied().firmware().bootloader() == Bootloader.UEFI;
        if (!isSought) {
            return Optional.empty();
        }
        return definition
                .firmware()
                .or(() -> power.isActive() ? DefinitionReader.read(domain.xml()).firmware() : Optional.empty());
    }

    static Observation.Power power(DomainState seen) {
        var state = state(seen.state());
        var reason = seen.reason().name();
        var prefix = seen.state().name() + "_";
        return new Observation.Power(state, reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason);
    }

    private static Observation.Power.State state(DomainState.State state) {
        return switch (state) {
            case RUNNING, BLOCKED, NOSTATE -> Observation.Power.State.Running;
            case PAUSED -> Observation.Power.State.Paused;
            case SHUTDOWN -> Observation.Power.State.ShuttingDown;
            case SHUTOFF -> Observation.Power.State.Shutoff;
            case CRASHED -> Observation.Power.State.Crashed;
            case PMSUSPENDED -> Observation.Power.State.Suspended;
        };
    }
}
