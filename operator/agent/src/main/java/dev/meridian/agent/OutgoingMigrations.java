package dev.meridian.agent;

import dev.meridian.api.v1alpha1.MigrationCompression;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationProgress;
import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.placement.Migrations;
import dev.meridian.domain.plan.Downtime;
import dev.meridian.domain.plan.Moves;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.plan.SharedDevice;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.plan.TargetUri;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.domain.xml.GuestHardware;
import dev.meridian.domain.xml.MigratableXml;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.DomainJob;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.HypervisorProcess;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.MigrateFlag;
import dev.meridian.libvirt.MigrateParameters;
import dev.meridian.libvirt.XmlFlag;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Machines that leave the node as they run: libvirt is asked for it, watched at it, and what came of it is told. */
final class OutgoingMigrations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingMigrations.class);
    private static final Duration PROGRESS = Duration.ofSeconds(1);

    private final NodeMigrations migrations;
    private final MigrationStatusWriter writer;
    private final LibvirtLink link;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final HeardClocks clocks;
    private final MigrationMeter meter = new MigrationMeter();
    private final Map<UUID, MigrationProgress> progress = new ConcurrentHashMap<>();
    private final Map<UUID, Arrived> arrived = new ConcurrentHashMap<>();
    private final Map<String, String> saidClocks = new ConcurrentHashMap<>();

    /** What the other node's libvirt has said at the end of a migration. */
    private record Arrived(String migration, boolean whole) {}

    /** @param changed told the machine */
    OutgoingMigrations(
            KubernetesClient client,
            String nodeName,
            MigrationStatusWriter writer,
            LibvirtLink link,
            EffectWatch watch,
            InstantSource clock,
            Consumer<UUID> changed) {
        this.clock = clock;
        this.clocks = new HeardClocks(clock);
        this.migrations = new NodeMigrations(client, nodeName, NodeMigrations.SOURCE, migration -> {
            clocks.hear(migration, answer(migration));
            NodeMigrations.machine(migration).ifPresent(changed);
        });
        this.writer = writer;
        this.link = link;
        this.watch = watch;
    }

    void start() {
        migrations.start();
    }

    AgentMetrics.Migrations soFar() {
        return meter.soFar();
    }

    Optional<Outgoing> of(UUID machine) {
        return migrations
                .of(machine)
                .flatMap(found -> Outgoing.of(found, clocks.at(found)))
                .map(out -> Optional.ofNullable(arrived.get(machine))
                        .filter(said -> said.migration().equals(out.migration()))
                        .map(said -> out.arrived(said.whole()))
                        .orElse(out));
    }

    private static @Nullable String answer(VirtualMachineMigration migration) {
        var target = Migrations.status(migration).target();
        return target == null || target.clock() == null ? null : target.clock().answeredAt();
    }

    /**
     * Notes the migration, has the guest go to the other node, and lets it go on there. It stands still there until its
     * process here is dead: libvirt alone would let it go on in both places when it loses the answer to its last question.
     */
    void run(Connection connection, UUID machine, Step.Migrate step) {
        var to = step.to();
        var libvirt = to.libvirtUri().map(TargetUri::text).orElseThrow();
        var downtime =
                Downtime.atFirst(step.document().hypervisor(), to.tuning().maxDowntimeMillis());
        progress.remove(machine);
        arrived.remove(machine);
        connection.defineValidatedXML(step.xml()).close();
        watch.after("Define");
        try (var run = meter.begin();
                var there = Connection.open(libvirt);
                var domain = connection.lookupByUUID(machine).orElseThrow();
                var _ = new ProgressWatch(machine, domain.info().maxMemoryBytes(), to, downtime)) {
            if (!step.shared().isEmpty()) {
                SharedFiles.require(step.shared(), process(machine).openFiles(), to.target());
            }
            if (!step.devices().isEmpty()) {
                SharedDevices.require(step.devices(), BlockDevices.openedBy(process(machine)));
            }
            TargetHardware.require(
                    there, to.target(), GuestHardware.read(domain.xml(XmlFlag.SECURE, XmlFlag.MIGRATABLE)));
            domain.migrateMaxDowntime(downtime.now());
            try {
                go(machine, step, domain, there);
            } catch (LibvirtException e) {
                unlimited(domain);
                throw e;
            }
            var completed = domain.completedJob();
            run.succeeded(completed);
            keep(machine, completed, 0, 100);
        }
    }

    private static HypervisorProcess process(UUID machine) {
        return HypervisorProcess.of(machine)
                .orElseThrow(() -> new UncheckedIOException(
                        new IOException("the agent does not see the guest's process, and what it has open")));
    }

    private void go(UUID machine, Step.Migrate step, Domain domain, Connection there) {
        if (step.document().paused()) {
            domain.migrate(
                    step.to().libvirtUri().map(TargetUri::text).orElseThrow(), parameters(step, domain), flags(step));
            watch.after("Act");
        } else {
            goOn(machine, step, domain, there);
        }
    }

    /** For who migrates it without us. */
    private static void unlimited(Domain domain) {
        try {
            domain.migrateMaxDowntime(Downtime.USUAL);
        } catch (LibvirtException e) {
            LOG.atDebug().addKeyValue("domain", domain.name()).log("it is not here any more: {}", e.message());
        }
    }

    /** Its libvirt keeps the definition once it has all of the guest, and not before. */
    void ask(UUID machine, Outgoing to) {
        try (var there = Connection.open(to.libvirtUri().map(TargetUri::text).orElseThrow())) {
            arrived.put(machine, new Arrived(to.migration(), hasAll(there, machine, to)));
        }
    }

    private static boolean hasAll(Connection there, UUID machine, Outgoing to) {
        var found = there.lookupByUUID(machine);
        if (found.isEmpty()) {
            return false;
        }
        try (var domain = found.get()) {
            return domain.isPersistent()
                    && DefinitionReader.read(domain.xml(XmlFlag.INACTIVE))
                            .document()
                            .map(MachineDocuments::read)
                            .filter(MachineDocuments.Parsed.Document.class::isInstance)
                            .map(MachineDocuments.Parsed.Document.class::cast)
                            .map(parsed -> parsed.document().move())
                            .filter(move -> move.migration().equals(to.migration()))
                            .isPresent();
        }
    }

    /** The other node's agent does it when it has the machine, should this fail. */
    private void goOn(UUID machine, Step.Migrate step, Domain domain, Connection there) {
        var libvirt = step.to().libvirtUri().map(TargetUri::text).orElseThrow();
        try (var switchOver = new SwitchOver(there, machine, HypervisorProcess.of(machine))) {
            domain.migrate(libvirt, parameters(step, domain), flags(step));
            watch.after("Act");
            switchOver.goOn();
        }
    }

    private static MigrateParameters parameters(Step.Migrate step, Domain domain) {
        var parameters = MigrateParameters.NONE
                .withUri(step.to().migrationUri().map(TargetUri::text).orElseThrow())
                .withDestinationXml(MigratableXml.withDevices(
                        MigratableXml.unpinned(domain.xml(XmlFlag.SECURE, XmlFlag.MIGRATABLE)),
                        step.devices().stream()
                                .collect(Collectors.toMap(SharedDevice::here, SharedDevice::there, (one, _) -> one))))
                .withPersistentXml(step.there())
                .withDisks(step.copies());
        var tuning = step.to().tuning();
        if (tuning.bandwidthMebibytes().isPresent()) {
            parameters = parameters.withBandwidthMebibytes(
                    ofEach(tuning.bandwidthMebibytes().getAsLong(), step.copies()));
        }
        if (tuning.parallelConnections().isPresent()) {
            parameters = parameters.withParallelConnections(
                    tuning.parallelConnections().getAsInt());
        }
        if (tuning.compression().isPresent()) {
            parameters = parameters.withCompression(method(tuning.compression().get()));
        }
        return parameters;
    }

    private static String method(MigrationCompression compression) {
        return switch (compression) {
            case Xbzrle -> "xbzrle";
        };
    }

    /** libvirt lets each disk that it copies have all that it is given. */
    private static long ofEach(long mebibytes, List<String> copies) {
        return Math.max(1, mebibytes / Math.max(1, copies.size()));
    }

    private static MigrateFlag[] flags(Step.Migrate step) {
        var to = step.to();
        var flags = EnumSet.of(MigrateFlag.LIVE, MigrateFlag.PEER2PEER, MigrateFlag.PERSIST_DEST, MigrateFlag.PAUSED);
        if (!step.copies().isEmpty()) {
            flags.add(MigrateFlag.NON_SHARED_INC);
        }
        if (!step.shared().isEmpty()) {
            // Each of them is proven to be the same there; libvirt knows of some file systems only that nodes share
            // them.
            flags.add(MigrateFlag.UNSAFE);
        }
        if (to.tuning().autoConverge()) {
            flags.add(MigrateFlag.AUTO_CONVERGE);
        }
        if (to.tuning().parallelConnections().isPresent()) {
            flags.add(MigrateFlag.PARALLEL);
        }
        if (to.tuning().compression().isPresent()) {
            flags.add(MigrateFlag.COMPRESSED);
        }
        if (to.libvirtUri().filter(TargetUri::isTls).isPresent()) {
            flags.add(MigrateFlag.TLS);
        }
        return flags.toArray(MigrateFlag[]::new);
    }

    /** Gives up what is to be given up, and tells what there is to tell. */
    void look(UUID machine, Situation s) {
        if (Moves.isToAbort(s)) {
            abort(machine);
        }
        var source = Moves.told(s);
        if (source.isPresent()) {
            migrations
                    .of(machine)
                    .filter(migration -> !Migrations.isOver(migration))
                    .ifPresent(migration -> tell(machine, migration, source.get()));
        }
    }

    private void tell(UUID machine, VirtualMachineMigration migration, MigrationSource source) {
        var before = Migrations.status(migration);
        // What is known of an earlier one is not this one's.
        var now = source.state() == MigrationSourceState.Offered
                ? null
                : progress.getOrDefault(machine, before.progress());
        if (!source.equals(before.source()) || !Objects.equals(now, before.progress())) {
            writer.source(migration, sourceClock(migration), source, now);
        }
    }

    /** Said once, with the offer; what is known of the object may be older than what this agent has written. */
    private @Nullable String sourceClock(VirtualMachineMigration migration) {
        var uid = migration.getMetadata().getUid();
        var said = Migrations.status(migration).sourceClock();
        if (said != null) {
            saidClocks.remove(uid);
            return said;
        }
        return Migrations.phase(migration) == MigrationPhase.Preparing
                ? saidClocks.computeIfAbsent(uid, _ -> clock.instant().toString())
                : saidClocks.get(uid);
    }

    private void abort(UUID machine) {
        call(machine, domain -> {
            try {
                domain.abortJob();
                LOG.atInfo().addKeyValue("machine", machine).log("its migration is given up");
            } catch (LibvirtException e) {
                // It has come to its end meanwhile, or cannot be given up any more.
                if (!e.is(ErrorKind.OPERATION_INVALID)) {
                    throw e;
                }
            }
        });
    }

    private void call(UUID machine, Consumer<Domain> effect) {
        var session = link.session();
        if (session.isEmpty()) {
            return;
        }
        try {
            session.get().commands().call().run(connection -> {
                var found = connection.lookupByUUID(machine);
                if (found.isPresent()) {
                    try (var domain = found.get()) {
                        effect.accept(domain);
                    }
                }
            });
        } catch (LibvirtException e) {
            LOG.atWarn().addKeyValue("machine", machine).log("its migration could not be asked for: {}", e.message());
        }
    }

    /** @param later bytes of which the job does not know yet */
    private void keep(UUID machine, DomainJob job, long later, @Nullable Integer percent) {
        progress.put(
                machine,
                new MigrationProgress(
                        percent,
                        job.remainingBytes()
                                .map(bytes -> new Quantity(Long.toString((bytes + later) / 1024), "Ki"))
                                .orElse(null),
                        job.iteration().orElse(null),
                        job.downtimeMillis().orElse(null),
                        job.elapsedMillis().orElse(null)));
    }

    /** Looks each second how far libvirt is, while it is at it. */
    private final class ProgressWatch implements AutoCloseable {
        private final UUID machine;
        private final long memoryBytes;
        private final Outgoing to;
        private final CountDownLatch ended = new CountDownLatch(1);
        private boolean isOfMemory;
        private Downtime downtime;

        ProgressWatch(UUID machine, long memoryBytes, Outgoing to, Downtime downtime) {
            this.machine = machine;
            this.memoryBytes = memoryBytes;
            this.to = to;
            this.downtime = downtime;
            Thread.ofVirtual().name("progress").start(this::watch);
        }

        private void watch() {
            try {
                while (!ended.await(PROGRESS.toMillis(), TimeUnit.MILLISECONDS)) {
                    call(machine, domain -> {
                        var job = domain.job();
                        if (job.isRunning()) {
                            memory(domain, job);
                            lengthen(domain, job);
                            keep(machine, job, later(job), percent(job));
                            tellProgress();
                        }
                    });
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void tellProgress() {
            try {
                migrations
                        .of(machine)
                        .filter(migration -> !Migrations.isOver(migration) && ended.getCount() > 0)
                        .ifPresent(migration -> tell(
                                machine, migration, new MigrationSource(MigrationSourceState.Migrating, null, null)));
            } catch (KubernetesClientException e) {
                LOG.atDebug().setCause(e).addKeyValue("machine", machine).log("its progress was not told");
            }
        }

        /** Its turn comes after the disks', and then it has what they have shared. */
        private void memory(Domain domain, DomainJob job) {
            if (!isOfMemory && job.diskTotalBytes() > 0 && job.memoryTotalBytes() > 0) {
                isOfMemory = true;
                to.tuning().bandwidthMebibytes().ifPresent(domain::migrateMaxSpeed);
            }
        }

        private void lengthen(Domain domain, DomainJob job) {
            var longer = downtime.after(job.iteration().orElse(0L));
            if (!longer.equals(downtime)) {
                domain.migrateMaxDowntime(longer.now());
                downtime = longer;
            }
        }

        private long later(DomainJob job) {
            return job.memoryTotalBytes() == 0 ? memoryBytes : 0;
        }

        private @Nullable Integer percent(DomainJob job) {
            var total = job.totalBytes().orElse(0L) + later(job);
            var remaining = job.remainingBytes().orElse(total) + later(job);
            return total == 0 ? null : (int) (100 * (total - remaining) / total);
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }

    void forget(UUID machine) {
        progress.remove(machine);
        arrived.remove(machine);
    }

    @Override
    public void close() {
        migrations.close();
    }
}
