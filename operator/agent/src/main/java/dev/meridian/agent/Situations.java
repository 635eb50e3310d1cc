package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.plan.Arrival;
import dev.meridian.domain.plan.Assignment;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Progress;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.supply.Supplies;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers all that a decision about a machine depends on; what only a start needs is asked for only then. */
final class Situations {
    private final AgentOptions options;
    private final String clusterId;
    private final LibvirtLink link;
    private final MachineObserver observer;
    private final ReservationPods pods;
    private final OpenedPathsSource opened;
    private final SuppliesSource supplies;
    private final NetworkSource networks;
    private final CpuManagerState cpus;
    private final NumaNodes numa;
    private final OutgoingMigrations outgoing;
    private final InstantSource clock;
    private final String bootId = BootId.read();

    Situations(
            AgentOptions options,
            String clusterId,
            LibvirtLink link,
            ReservationPods pods,
            OpenedPathsSource opened,
            SuppliesSource supplies,
            NetworkSource networks,
            CpuManagerState cpus,
            NumaNodes numa,
            OutgoingMigrations outgoing,
            ClockSpool spool,
            InstantSource clock) {
        this.options = options;
        this.clusterId = clusterId;
        this.link = link;
        this.observer = new MachineObserver(link, clusterId, options.nodeName(), spool, clock);
        this.pods = pods;
        this.opened = opened;
        this.supplies = supplies;
        this.networks = networks;
        this.cpus = cpus;
        this.numa = numa;
        this.outgoing = outgoing;
        this.clock = clock;
    }

    Situation of(VirtualMachine vm, MachineMemory memory) {
        var situation = withoutImages(vm, memory);
        return withImages(situation, Planner.images(situation));
    }

    /** Of a machine that is to come as it runs, with the document of its guest where that is. */
    Situation coming(VirtualMachine vm, MachineMemory memory, MachineDocument document) {
        var situation = withoutImages(vm, memory);
        var here = situation.with(
                supplies.ofComing(situation.supplies(), situation.machine(), situation.host(), document));
        return withImages(here, Arrival.images(here, document));
    }

    private Situation withImages(Situation situation, List<String> images) {
        return images.isEmpty()
                ? situation
                : situation.with(supplies.withImages(
                        situation.supplies(), situation.machine().identity().namespace(), images));
    }

    private Situation withoutImages(VirtualMachine vm, MachineMemory memory) {
        var identity = identity(vm);
        var machine = Machine.of(identity, vm.getSpec());
        var status = status(vm);
        // Taken before the look: what a guest's clock event stores during it is then never older than the decision.
        var now = now();
        // Likewise: a step that ends during the look is seen ended at the next one, with what it has done.
        var progress = memory.progress();
        var observation = knowing(vm, observation(identity, memory, progress));
        var mayStart = mayStart(observation);
        var going = outgoing.of(identity.uid());
        var host = host(mayStart
                && machine.interfaces().stream().anyMatch(nic -> nic.network().isEmpty()));
        return new Situation(
                machine,
                vm.getSpec(),
                vm.getMetadata().getGeneration(),
                vm.getMetadata().getDeletionTimestamp() != null,
                assignment(status),
                observation,
                host,
                mayStart ? opened.of(identity.namespace()) : OpenedPaths.NONE,
                mayStart ? HostFiles.of(machine) : Map.of(),
                supplies(machine, host, status.reservation(), mayStart, going),
                pods.reserved(status.reservation(), observation instanceof Observation.Absent),
                cpus.of(Optional.ofNullable(status.reservation())
                        .map(Reservation::podUID)
                        .orElse(null)),
                status,
                handedOver(status),
                memory.document().filter(_ -> observation instanceof Observation.Absent),
                memory.migratedAt(),
                progress,
                now,
                mayStart ? networks.of(machine) : NetworkFacts.NONE,
                going);
    }

    private Supplies supplies(
            Machine machine, Host host, @Nullable Reservation reservation, boolean mayStart, Optional<Outgoing> going) {
        if (mayStart) {
            return supplies.of(machine, host, reservation);
        }
        return going.filter(Outgoing::mayBegin).isPresent()
                ? supplies.leaving(machine, host, reservation)
                : supplies.given(machine, host, reservation);
    }

    /** While a step is under way libvirt has the domain locked: a look would wait for it, and hold up other machines. */
    private Observation observation(Identity identity, MachineMemory memory, Progress progress) {
        return progress.inFlight().flatMap(_ -> memory.lastSeen()).orElseGet(() -> {
            var seen = observer.observe(identity, memory);
            memory.seen(seen);
            return seen;
        });
    }

    static Identity identity(VirtualMachine vm) {
        return Identity.of(vm.getMetadata());
    }

    static VirtualMachineStatus status(VirtualMachine vm) {
        return vm.getStatus() == null ? VirtualMachineStatus.NONE : vm.getStatus();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean mayStart(Observation observation) {
        return switch (observation) {
            case Observation.Absent _ -> true;
            case Observation.Present seen -> !seen.power().isActive();
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> false;
        };
    }

    private Assignment assignment(VirtualMachineStatus status) {
        var me = options.nodeName();
        var reservation = Optional.ofNullable(status.reservation());
        var to = reservation.map(Reservation::nodeName);
        var attempt = reservation.map(Reservation::attempt).orElse(0L);
        var domain = status.domain();
        if (domain != null && me.equals(domain.releasedBy())) {
            var releasedAttempt = Objects.requireNonNullElse(domain.releasedAttempt(), Long.MAX_VALUE);
            var anew = to.filter(me::equals).isPresent() && attempt > releasedAttempt;
            return anew ? new Assignment.Here(attempt) : new Assignment.Released();
        }
        if (to.isPresent() && !to.get().equals(me)) {
            var handover = status.handover();
            return new Assignment.Leaving(
                    to.get(), handover != null && handover.nodeName().equals(me));
        }
        return new Assignment.Here(attempt);
    }

    /** What an agent of a newer version has handed over is left to one that knows its format, as a domain would be. */
    private Observation knowing(VirtualMachine vm, Observation seen) {
        var status = status(vm);
        if (!(seen instanceof Observation.Absent)
                || vm.getMetadata().getDeletionTimestamp() != null
                || !(assignment(status) instanceof Assignment.Here)) {
            return seen;
        }
        return Optional.ofNullable(status.handover())
                .map(handover -> MachineDocuments.read(handover.document()))
                .map(parsed -> switch (parsed) {
                    case MachineDocuments.Parsed.Document _ -> seen;
                    case MachineDocuments.Parsed.NewerFormat(var format) -> new Observation.NewerFormat(format);
                    case MachineDocuments.Parsed.Unreadable(var why) -> new Observation.UnreadableHandover(why);
                })
                .orElse(seen);
    }

    private static Optional<MachineDocument> handedOver(VirtualMachineStatus status) {
        return Optional.ofNullable(status.handover())
                .map(handover -> MachineDocuments.read(handover.document()))
                .map(Situations::document);
    }

    private static @Nullable MachineDocument document(MachineDocuments.Parsed parsed) {
        return switch (parsed) {
            case MachineDocuments.Parsed.Document(var document) -> document;
            case MachineDocuments.Parsed.NewerFormat _, MachineDocuments.Parsed.Unreadable _ -> null;
        };
    }

    private Host host(boolean withNetworks) {
        var session = link.session();
        return new Host(
                options.nodeName(),
                clusterId,
                session.map(LibvirtSession::types).orElse(Map.of()),
                withNetworks && session.isPresent() ? networks(session.get()) : Map.of(),
                bootId,
                consoleDirectory(options).toString(),
                options.stateDirectory().toString(),
                nvramDirectory(options).toString(),
                NodeDevices.hasVhostVsock(),
                numa.read(),
                session.map(LibvirtSession::zone).orElse(ZoneOffset.UTC));
    }

    static Path consoleDirectory(AgentOptions options) {
        return options.stateDirectory().resolve("console");
    }

    static Path nvramDirectory(AgentOptions options) {
        return options.stateDirectory().resolve("nvram");
    }

    private static Map<String, Boolean> networks(LibvirtSession session) {
        var found = session.reads().lookupNetworkByName("default");
        if (found.isEmpty()) {
            return Map.of();
        }
        try (var network = found.get()) {
            return Map.of("default", network.isActive());
        }
    }
}
