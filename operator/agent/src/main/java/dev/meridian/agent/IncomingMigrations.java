package dev.meridian.agent;

import dev.meridian.api.v1alpha1.MigrationClock;
import dev.meridian.api.v1alpha1.MigrationDevice;
import dev.meridian.api.v1alpha1.MigrationTarget;
import dev.meridian.api.v1alpha1.MigrationTarget.MigrationTargetState;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.placement.Migrations;
import dev.meridian.domain.plan.Arrival;
import dev.meridian.domain.plan.MappedDevice;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.UndefineFlag;
import dev.meridian.libvirt.XmlFlag;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines that are to come to the node as they run: what they need is made ready, and a copy is removed whose migration
 * has failed. Such a copy has stood still ever since: it is let go on only by the node from which the guest is gone, or
 * when the machine is this node's.
 */
final class IncomingMigrations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingMigrations.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration WORTH_A_WRITE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final AgentOptions options;
    private final NodeMigrations migrations;
    private final InstantSource clock;
    private final HeardClocks clocks;
    private final MigrationReadiness readiness;
    private final MigrationStatusWriter writer;
    private final LibvirtLink link;
    private final Situations situations;
    private final MachineMemories memories;
    private final StepRunner steps;
    private final ExpectedGuests expected;
    private final Predicate<UUID> isAssigned;
    private final Runnable cleared;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("arrivals").factory());

    /** @param cleared told when a migration is gone, or no domain of one that has failed is here any more */
    IncomingMigrations(
            KubernetesClient client,
            AgentOptions options,
            MigrationReadiness readiness,
            MigrationStatusWriter writer,
            LibvirtLink link,
            Situations situations,
            MachineMemories memories,
            StepRunner steps,
            ExpectedGuests expected,
            Predicate<UUID> isAssigned,
            Runnable cleared,
            InstantSource clock) {
        this.clock = clock;
        this.clocks = new HeardClocks(clock);
        this.client = client;
        this.options = options;
        this.migrations = new NodeMigrations(client, options.nodeName(), NodeMigrations.TARGET, this::changed);
        this.readiness = readiness;
        this.writer = writer;
        this.link = link;
        this.situations = situations;
        this.memories = memories;
        this.steps = steps;
        this.expected = expected;
        this.isAssigned = isAssigned;
        this.cleared = cleared;
    }

    void start() {
        migrations.start();
    }

    /** Whether the migration brings the machine here and is not over, as far as is known. */
    boolean isUnderWay(UUID machine, String migration) {
        return !migrations.hasSynced()
                || migrations
                        .of(machine, migration)
                        .filter(found -> !Migrations.isOver(found))
                        .isPresent();
    }

    /** Whether a domain of the machine here is what a migration is about to bring, and no stray. */
    boolean expects(UUID machine) {
        return migrations
                .of(machine)
                .filter(migration -> !Migrations.isOver(migration))
                .isPresent();
    }

    /** A step for the machine has ended, or something else has happened. */
    void wake(UUID machine) {
        migrations.of(machine).ifPresent(this::changed);
    }

    private void changed(VirtualMachineMigration migration) {
        clocks.hear(migration, Migrations.status(migration).sourceClock());
        NodeMigrations.machine(migration).ifPresent(machine -> looks.execute(() -> lookOrLog(machine)));
    }

    private void lookOrLog(UUID machine) {
        try {
            var migration = migrations.of(machine);
            if (migration.isPresent()) {
                look(machine, migration.get());
                return;
            }
            expected.release(machine);
            if (!isAssigned.test(machine)) {
                memories.forget(machine);
            }
            cleared.run();
        } catch (KubernetesClientException | LibvirtException e) {
            LOG.atWarn().addKeyValue("machine", machine).log("its arrival was not looked at: {}", e.getMessage());
            link.suspect();
            again(machine);
        } catch (RuntimeException e) {
            // Nobody but this thread would try again.
            LOG.atError().setCause(e).addKeyValue("machine", machine).log("its arrival was not looked at");
            again(machine);
        }
    }

    private void again(UUID machine) {
        var _ = looks.schedule(() -> lookOrLog(machine), LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(UUID machine, VirtualMachineMigration migration) {
        switch (Migrations.phase(migration)) {
            case Preparing -> prepare(machine, migration);
            case Failed, Cancelled -> {
                expected.release(machine);
                clear(machine, migration);
            }
            case Succeeded -> expected.release(machine);
            case Pending, Scheduling, Running -> {}
        }
    }

    private void prepare(UUID machine, VirtualMachineMigration migration) {
        var target = Migrations.status(migration).target();
        if (target != null && isDecided(machine, migration, target)) {
            return;
        }
        var defect = readiness.defect();
        if (defect.isPresent()) {
            tell(migration, MigrationTargetState.Refused, defect.get().message());
            return;
        }
        var vm = machine(migration).filter(found -> found.getMetadata().getUid().equals(machine.toString()));
        if (vm.isEmpty()) {
            return;
        }
        var document = Arrival.document(migration);
        if (document.isEmpty()) {
            if (isOverdue(migration)) {
                tell(
                        migration,
                        MigrationTargetState.Preparing,
                        "the agent of node %s has not said what the guest has"
                                .formatted(Migrations.status(migration).sourceNodeName()));
            } else {
                again(machine);
            }
            return;
        }
        vm.get().setSpec(Arrival.spec(document.get(), vm.get().getSpec()));
        var memory = memories.of(machine);
        var situation =
                situations.coming(coming(vm.get(), Migrations.status(migration).reservation()), memory, document.get());
        switch (Arrival.next(situation, document.get(), migration.getMetadata().getUid())) {
            case Arrival.Ready(var devices) -> ready(migration, devices);
            case Arrival.Refused(var message) -> tell(migration, MigrationTargetState.Refused, message);
            case Arrival.Awaited(var message) -> {
                tell(migration, MigrationTargetState.Preparing, message);
                again(machine);
            }
            case Arrival.Act(var step) ->
                steps.run(situation.machine().identity(), step, memory, situation.generation());
        }
    }

    /** An agent that began anew holds nothing open that its predecessor did. */
    private boolean isDecided(UUID machine, VirtualMachineMigration migration, MigrationTarget target) {
        return switch (target.state()) {
            case Preparing -> false;
            case Refused -> true;
            case Ready ->
                Arrival.document(migration)
                        .map(document ->
                                Arrival.isHeld(document, migration.getMetadata().getUid(), expected.by(machine)))
                        .orElse(true);
        };
    }

    /** What comes at once is not worth a write about its absence. */
    private boolean isOverdue(VirtualMachineMigration migration) {
        return Optional.ofNullable(Migrations.status(migration).startedAt())
                .map(Instant::parse)
                .filter(begun -> clock.instant().isBefore(begun.plus(WORTH_A_WRITE)))
                .isEmpty();
    }

    /** The machine as this node would have it: with its room here, and nothing said of its present place. */
    private static VirtualMachine coming(VirtualMachine vm, @Nullable Reservation reservation) {
        var status = Objects.requireNonNullElse(vm.getStatus(), VirtualMachineStatus.NONE);
        vm.setStatus(new VirtualMachineStatus(
                status.observedGeneration(),
                status.printableStatus(),
                status.conditions(),
                status.nodeName(),
                reservation,
                status.power(),
                null,
                null,
                status.fencedNodes(),
                status.clock(),
                status.interfaces(),
                status.disks(),
                status.pendingChanges(),
                status.providerID(),
                status.guest()));
        return vm;
    }

    /** The other node compares the clocks, and says what its own is when it hears that this one makes ready. */
    private void ready(VirtualMachineMigration migration, List<MappedDevice> devices) {
        var asked = Migrations.status(migration).sourceClock();
        clocks.at(migration)
                .filter(_ -> asked != null)
                .ifPresent(heard -> tell(
                        migration,
                        MigrationTargetState.Ready,
                        null,
                        new MigrationClock(
                                Objects.requireNonNull(asked),
                                heard.toString(),
                                clock.instant().toString()),
                        devices.stream()
                                .map(device -> new MigrationDevice(
                                        device.disk(),
                                        device.device(),
                                        new Quantity(DiskSizes.text(device.sizeBytes())),
                                        device.identity().orElse(null)))
                                .toList()));
    }

    private void tell(VirtualMachineMigration migration, MigrationTargetState state, @Nullable String message) {
        tell(migration, state, message, null, List.of());
    }

    private void tell(
            VirtualMachineMigration migration,
            MigrationTargetState state,
            @Nullable String message,
            @Nullable MigrationClock now,
            List<MigrationDevice> devices) {
        var uris = options.migration();
        var told = new MigrationTarget(
                state,
                message,
                uris.map(MigrationUris::libvirt).orElse(null),
                uris.map(MigrationUris::qemu).orElse(null),
                now,
                devices);
        if (!told.equals(Migrations.status(migration).target())) {
            writer.target(migration, told);
        }
    }

    /** What a migration that failed may have left: a whole copy, of which its source never learnt. */
    private void clear(UUID machine, VirtualMachineMigration migration) {
        if (isAssigned.test(machine)) {
            return;
        }
        memories.forget(machine);
        var session = link.session();
        if (session.isEmpty()) {
            again(machine);
            return;
        }
        session.get().commands().call().run(connection -> {
            var found = connection.lookupByUUID(machine);
            if (found.isPresent()) {
                try (var domain = found.get()) {
                    if (!isHere(migration)) {
                        remove(domain, migration);
                    }
                }
            }
        });
        cleared.run();
    }

    private boolean isHere(VirtualMachineMigration migration) {
        return machine(migration)
                .map(VirtualMachine::getStatus)
                .map(VirtualMachineStatus::nodeName)
                .filter(options.nodeName()::equals)
                .isPresent();
    }

    private void remove(Domain domain, VirtualMachineMigration migration) {
        var document = DefinitionReader.read(domain.xml(XmlFlag.INACTIVE))
                .document()
                .map(MachineDocuments::read)
                .filter(MachineDocuments.Parsed.Document.class::isInstance)
                .map(MachineDocuments.Parsed.Document.class::cast)
                .map(MachineDocuments.Parsed.Document::document)
                .filter(known -> Optional.ofNullable(known.move())
                        .filter(move ->
                                move.migration().equals(migration.getMetadata().getUid())
                                        && move.target().equals(options.nodeName()))
                        .isPresent());
        var power = MachineObserver.power(domain.state());
        var stands = switch (power.state()) {
            case Paused, Shutoff, Crashed -> true;
            case Running, ShuttingDown, Suspended -> false;
        };
        var isPlace = ExpectedGuests.isFor(domain, migration.getMetadata().getUid());
        if ((document.isEmpty() && !isPlace) || !stands) {
            return;
        }
        LOG.atInfo().addKeyValue("domain", domain.name()).log("what is left of a migration that has failed is removed");
        if (power.isActive()) {
            domain.destroy();
        }
        if (domain.isPersistent()) {
            domain.undefine(document.map(IncomingMigrations::keeping).orElse(new UndefineFlag[0]));
        }
    }

    /** What it has of its own goes with the files that are noted to be its. */
    private static UndefineFlag[] keeping(MachineDocument document) {
        var flags = EnumSet.of(UndefineFlag.MANAGED_SAVE);
        for (var state : Machine.of(document.object(), document.applied()).localState()) {
            switch (state) {
                case NVRAM -> flags.add(UndefineFlag.KEEP_NVRAM);
                case TPM -> flags.add(UndefineFlag.KEEP_TPM);
                case Disks -> {}
            }
        }
        return flags.toArray(UndefineFlag[]::new);
    }

    private Optional<VirtualMachine> machine(VirtualMachineMigration migration) {
        return Optional.ofNullable(client.resources(VirtualMachine.class)
                .inNamespace(migration.getMetadata().getNamespace())
                .withName(migration.getSpec().virtualMachineName())
                .get());
    }

    @Override
    public void close() {
        looks.shutdownNow();
        migrations.close();
    }
}
