package dev.meridian.agent;

import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.MemoryGrowth;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.plan.Guarding;
import dev.meridian.domain.plan.PassedFile;
import dev.meridian.domain.plan.Progress.Failure;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.xml.CpuPins;
import dev.meridian.domain.xml.DefinitionShape;
import dev.meridian.domain.xml.MemoryXml;
import dev.meridian.domain.xml.TpmXml;
import dev.meridian.libvirt.Affect;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.LaneOutcome;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.Network;
import dev.meridian.libvirt.ShutdownMode;
import dev.meridian.libvirt.StartFlag;
import dev.meridian.libvirt.UndefineFlag;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a step out in its machine's lane, and wakes the machine when it is done. */
final class StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private static final Duration ASKING = Duration.ofSeconds(10);
    /** As long as the disk takes for the guest's memory. */
    private static final Duration SAVING = Duration.ofHours(1);

    /** What tc says where the kernel has not the queue that libvirt limits bandwidth with. */
    private static final String NO_QUEUE = "qdisc kind is unknown";

    /** QEMU of a device that takes no SCSI commands. */
    private static final String NO_SCSI = "cannot get SG_IO version number";

    /** spec.timeoutSeconds ends it before. */
    private static final Duration MIGRATING = Duration.ofDays(8);

    private static final String NOT_BACK = "libvirt does not come back";

    private final Lanes lanes;
    private final LibvirtLink link;
    private final NvramDirectory nvram;
    private final RetainedDisks retained;
    private final NodeNetworks networks;
    private final OutgoingMigrations outgoing;
    private final ExpectedGuests expected;
    private final CertificateRefusals refusals;
    private final GuardConnection guard;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final Consumer<Identity> wake;

    StepRunner(
            Lanes lanes,
            LibvirtLink link,
            NvramDirectory nvram,
            RetainedDisks retained,
            NodeNetworks networks,
            OutgoingMigrations outgoing,
            ExpectedGuests expected,
            CertificateRefusals refusals,
            GuardConnection guard,
            EffectWatch watch,
            InstantSource clock,
            Consumer<Identity> wake) {
        this.lanes = lanes;
        this.link = link;
        this.nvram = nvram;
        this.retained = retained;
        this.networks = networks;
        this.outgoing = outgoing;
        this.expected = expected;
        this.refusals = refusals;
        this.guard = guard;
        this.watch = watch;
        this.clock = clock;
        this.wake = wake;
    }

    /** What a step does at libvirt. */
    private interface Effect {
        void on(LibvirtSession libvirt, Connection connection);
    }

    /** @return whether the step has an effect on libvirt, which is now under way */
    boolean run(Identity machine, Step step, MachineMemory memory, long generation) {
        return effect(machine, step)
                .filter(effect -> submit(machine, step, memory, generation, effect))
                .isPresent();
    }

    private Optional<Effect> effect(Identity machine, Step step) {
        return switch (step) {
            case Step.Start(var xml, var document, var files, var passed) ->
                Optional.of((libvirt, c) -> {
                    if (Guarding.isWanted(document)) {
                        guard.check(machine);
                    }
                    files.forEach(MachineFiles::write);
                    start(libvirt.validatedShapes(), c, xml, document, passed);
                    if (Guarding.isWanted(document)) {
                        holdOrEnd(c, machine);
                    }
                });
            case Step.SizeClaim(var file, var size) -> Optional.of((_, _) -> MachineFiles.growClaim(file, size));
            case Step.MakeDisk(var path, var size, var image, var copied) ->
                Optional.of((_, _) -> MachineFiles.makeDisk(Path.of(path), size, image, copied));
            case Step.GrowDisk(var path, var size) -> Optional.of((_, _) -> MachineFiles.growDisk(Path.of(path), size));
            case Step.ResizeDisk(var target, var size, var xml, var _) ->
                Optional.of((_, c) -> acted(c, machine, d -> d.blockResize(target, size), xml));
            case Step.PlugCpus(var vcpus, var xml, var _) ->
                Optional.of((_, c) -> acted(c, machine, d -> d.setVcpus(vcpus, Affect.LIVE), xml));
            case Step.PlugMemory(var growth, var xml, var _) ->
                Optional.of((_, c) -> acted(c, machine, d -> plug(d, growth), xml));
            case Step.PinCpus(var pins, var xml, var _) ->
                Optional.of((_, c) -> acted(c, machine, d -> pin(d, pins), xml));
            case Step.AdoptDisk(var kept, var path) ->
                Optional.of((_, _) -> retained.adopt(machine, Path.of(kept), Path.of(path)));
            case Step.MarkDisks(var directory, var kept, var deleted) ->
                Optional.of((_, _) -> retained.mark(machine, Path.of(directory), kept, deleted));
            case Step.MarkFiles(var directory, var moving) ->
                Optional.of((_, _) -> MachineFiles.mark(Path.of(directory), moving));
            case Step.KeepFiles(var directory) -> Optional.of((_, _) -> MachineFiles.keep(Path.of(directory)));
            case Step.DropFiles(var directory, var moving) ->
                Optional.of((_, c) -> MachineFiles.drop(
                        Path.of(directory), moving, () -> isHere(c, machine), () -> dropState(c, machine, moving)));
            case Step.WriteFiles(var files) -> Optional.of((_, _) -> files.forEach(MachineFiles::write));
            case Step.RemoveFiles(var directory, var _) ->
                Optional.of((_, _) -> {
                    retained.keep(machine, Path.of(directory));
                    watch.after("Act");
                    MachineFiles.remove(Path.of(directory));
                });
            case Step.Remember(var xml, var _) -> Optional.of((_, c) -> define(c, xml));
            case Step.StartNetwork(var name) -> Optional.of((_, c) -> startNetwork(c, name));
            case Step.MakeNetwork make -> Optional.of((_, c) -> networks.make(c, make));
            case Step.GiveAddress(var network, var instead, var host) ->
                Optional.of((_, c) -> NodeNetworks.giveAddress(c, network, instead, host));
            case Step.Rename(var name, var xml, var _) ->
                Optional.of((_, c) -> {
                    with(c, machine, d -> d.rename(name));
                    watch.after("Act");
                    define(c, xml);
                });
            case Step.Guard() -> Optional.of((_, _) -> guard.hold(machine));
            case Step.Suspend(var xml, var _) -> Optional.of((_, c) -> acted(c, machine, Domain::suspend, xml));
            case Step.Resume(var xml, var _) -> Optional.of((_, c) -> acted(c, machine, Domain::resume, xml));
            case Step.UpdateDevice(var device, var xml, var _) ->
                Optional.of((_, c) -> acted(c, machine, d -> d.updateDevice(device, Affect.LIVE), xml));
            case Step.Reset(var xml, var _) ->
                Optional.of((_, c) -> {
                    define(c, xml);
                    watch.after("Define");
                    with(c, machine, Domain::reset);
                });
            case Step.AskTarget(var to) -> Optional.of((_, _) -> outgoing.ask(machine.uid(), to));
            case Step.Expect expect -> Optional.of((_, c) -> expected.expect(c.uri(), machine.uid(), expect));
            case Step.StopExpecting(var migration) -> Optional.of((_, c) -> expected.stop(c, machine.uid(), migration));
            case Step.Migrate migrate ->
                Optional.of((_, c) -> refusals.explaining(migrate.to(), () -> outgoing.run(c, machine.uid(), migrate)));
            case Step.ManagedSave() -> on(machine, Domain::managedSave);
            case Step.Shutdown(var way) -> on(machine, d -> shutdown(d, way));
            case Step.Destroy() -> on(machine, Domain::destroy);
            case Step.Undefine undefine -> Optional.of((_, c) -> undefine(c, machine, undefine));
            case Step.Settled _,
                    Step.InFlight _,
                    Step.Wait _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.HandOver _,
                    Step.Release _ -> Optional.empty();
        };
    }

    private void undefine(Connection connection, Identity machine, Step.Undefine step) {
        with(connection, machine, domain -> domain.undefine(flags(step)));
        switch (step.fate()) {
            case Removed -> nvram.remove(machine.uid());
            case Kept -> {}
        }
    }

    /** A driver that knows no such state refuses the flags about it. */
    private static UndefineFlag[] flags(Step.Undefine step) {
        var flags = EnumSet.of(
                UndefineFlag.MANAGED_SAVE, UndefineFlag.SNAPSHOTS_METADATA, UndefineFlag.CHECKPOINTS_METADATA);
        step.states().forEach(state -> flag(state, step.fate()).ifPresent(flags::add));
        return flags.toArray(UndefineFlag[]::new);
    }

    /** libvirt has nothing of the disks that we made. */
    private static Optional<UndefineFlag> flag(LocalState state, Step.Undefine.Fate fate) {
        return switch (state) {
            case NVRAM ->
                Optional.of(
                        switch (fate) {
                            case Removed -> UndefineFlag.NVRAM;
                            case Kept -> UndefineFlag.KEEP_NVRAM;
                        });
            case TPM ->
                Optional.of(
                        switch (fate) {
                            case Removed -> UndefineFlag.TPM;
                            case Kept -> UndefineFlag.KEEP_TPM;
                        });
            case Disks -> Optional.empty();
        };
    }

    /** What it has decides: it may have been given more by an agent that did not live to tell of it. */
    private static void plug(Domain domain, MemoryGrowth growth) {
        growth.missing(domain.info().maxMemoryBytes() >> 20)
                .forEach((cell, mebibytes) -> domain.attachDevice(MemoryXml.dimm(cell, mebibytes), Affect.LIVE));
    }

    private static void pin(Domain domain, CpuPins pins) {
        for (int vcpu = 0; vcpu < pins.vcpus().size(); vcpu++) {
            domain.pinVcpu(vcpu, pins.vcpus().get(vcpu), Affect.LIVE);
        }
        pins.ioThreads().forEach(number -> domain.pinIoThread(number, pins.others(), Affect.LIVE));
        domain.pinEmulator(pins.others(), Affect.LIVE);
    }

    private static Optional<Effect> on(Identity machine, Consumer<Domain> effect) {
        return Optional.of((_, c) -> with(c, machine, effect));
    }

    /** What was done to the guest is recorded after it: done again, it does nothing. */
    private void acted(Connection connection, Identity machine, Consumer<Domain> effect, String xml) {
        with(connection, machine, effect);
        watch.after("Act");
        define(connection, xml);
    }

    private static void define(Connection connection, String xml) {
        connection.defineValidatedXML(xml).close();
    }

    private boolean submit(Identity machine, Step step, MachineMemory memory, long generation, Effect effect) {
        var session = link.session();
        if (session.isEmpty()) {
            return false;
        }
        if ((asksProcess(step) || step instanceof Step.ManagedSave) && lanes.isStuck(machine.uid())) {
            // It would wait for the same hypervisor process, and hold another place at libvirt.
            memory.failed(step, Failure.Kind.Hung, NOT_BACK, generation, clock.instant());
            wake.accept(machine);
            return true;
        }
        var call = session.get().commands().call();
        Callable<Boolean> job = () -> {
            call.run(connection -> watch.around(name(step), () -> effect.on(session.get(), connection)));
            return true;
        };
        memory.begin(step, clock.instant());
        LOG.atDebug()
                .addKeyValue("machine", machine.domainName())
                .addKeyValue("step", name(step))
                .log("step begins");
        var deadline = deadline(step);
        lanes.submit(machine.uid(), name(step) + " of " + machine.domainName(), deadline, job, outcome -> {
            if (outcome instanceof LaneOutcome.Overdue<Boolean>) {
                call.abandon();
            }
            done(machine, step, memory, generation, outcome);
            wake.accept(machine);
        });
        return true;
    }

    private static Duration deadline(Step step) {
        if (step instanceof Step.Migrate) {
            return MIGRATING;
        }
        if (step instanceof Step.ManagedSave || step instanceof Step.MakeDisk) {
            return SAVING;
        }
        return asksProcess(step) ? ASKING : Lanes.Limits.DEFAULT.deadline();
    }

    /** Whether it only asks something of a hypervisor process that runs: that takes milliseconds, or for ever. */
    private static boolean asksProcess(Step step) {
        return switch (step) {
            case Step.Shutdown _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _ -> true;
            case Step.Start _,
                    Step.Guard _,
                    Step.MakeDisk _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.RemoveFiles _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.ManagedSave _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _,
                    Step.StartNetwork _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.Settled _,
                    Step.InFlight _,
                    Step.Wait _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.HandOver _,
                    Step.Release _ -> false;
        };
    }

    private void done(
            Identity machine, Step step, MachineMemory memory, long generation, LaneOutcome<Boolean> outcome) {
        switch (outcome) {
            case LaneOutcome.Returned<Boolean> _ -> memory.succeeded(step, clock.instant());
            case LaneOutcome.Overdue<Boolean>(var lane) -> {
                LOG.atWarn()
                        .addKeyValue("machine", machine.domainName())
                        .addKeyValue("call", lane.toString())
                        .log("libvirt does not come back");
                memory.failed(step, Failure.Kind.Hung, NOT_BACK, generation, clock.instant());
            }
            case LaneOutcome.Failed<Boolean>(var cause) -> failed(machine, step, memory, generation, cause);
        }
    }

    private void failed(Identity machine, Step step, MachineMemory memory, long generation, Throwable cause) {
        if (cause instanceof LibvirtException e) {
            LOG.atWarn()
                    .addKeyValue("machine", machine.domainName())
                    .addKeyValue("step", name(step))
                    .addKeyValue("code", e.code())
                    .log(e.message());
            link.suspect();
            memory.failed(step, kind(e), words(e), generation, clock.instant());
        } else if (cause instanceof UncheckedIOException e) {
            LOG.atWarn()
                    .addKeyValue("machine", machine.domainName())
                    .addKeyValue("step", name(step))
                    .log(said(e));
            memory.failed(step, Failure.Kind.Transient, said(e), generation, clock.instant());
        } else {
            LOG.atError()
                    .addKeyValue("machine", machine.domainName())
                    .setCause(cause)
                    .log("step failed");
            memory.failed(step, Failure.Kind.Transient, cause.toString(), generation, clock.instant());
        }
    }

    private static String said(UncheckedIOException e) {
        return Objects.toString(Objects.requireNonNull(e.getCause()).getMessage(), "input or output failed");
    }

    private static String words(LibvirtException e) {
        if (e.message().contains(NO_SCSI)) {
            return "spec.disks.device: a Lun's guest speaks SCSI to the device on the node, which does not; use device: Disk, or a claim on a SCSI disk";
        }
        return e.message().contains(NO_QUEUE)
                ? "spec.interfaces.bandwidth: the node's kernel lacks the queue sfq, with which libvirt limits it; load the module sch_sfq there, or leave bandwidth out"
                : e.message();
    }

    static Failure.Kind kind(LibvirtException e) {
        if (e.message().contains("Failed to get") && e.message().contains("lock")) {
            return Failure.Kind.DiskInUse;
        }
        if (e.message().contains(NO_QUEUE) || e.message().contains(NO_SCSI)) {
            return Failure.Kind.NotSupported;
        }
        return switch (e.kind()) {
            case CONFIG_UNSUPPORTED, CPU_INCOMPATIBLE, XML_ERROR, XML_INVALID_SCHEMA, INVALID_ARG, UNSUPPORTED ->
                Failure.Kind.NotSupported;
            case NO_DOMAIN,
                    NO_NETWORK,
                    NO_STORAGE_POOL,
                    NO_STORAGE_VOL,
                    NO_NWFILTER,
                    NO_DOMAIN_METADATA,
                    OPERATION_INVALID,
                    OPERATION_FAILED,
                    OPERATION_TIMEOUT,
                    OPERATION_ABORTED,
                    AGENT_UNRESPONSIVE,
                    CONNECTION_LOST,
                    NO_DRIVER,
                    ACCESS_DENIED,
                    AUTH_FAILED,
                    INTERNAL_ERROR,
                    OTHER -> Failure.Kind.Transient;
        };
    }

    private void start(
            Set<String> validatedShapes,
            Connection connection,
            String xml,
            MachineDocument document,
            List<PassedFile> passed) {
        var flags = document.paused() || Guarding.isWanted(document)
                ? new StartFlag[] {StartFlag.PAUSED}
                : new StartFlag[0];
        try (var domain = define(validatedShapes, connection, xml)) {
            watch.after("Define");
            if (passed.isEmpty()) {
                domain.create(flags);
            } else {
                PassedFiles.to(connection.uri(), domain.uuid(), passed, own -> own.create(flags));
            }
        }
    }

    /** It has not run yet. What is to be held and is not would be no guest, and still be one too many. */
    private void holdOrEnd(Connection connection, Identity machine) {
        watch.after("Act");
        try {
            guard.hold(machine);
        } catch (UncheckedIOException e) {
            with(connection, machine, Domain::destroy);
            throw e;
        }
    }

    /** The node's schema is asked once for a shape; later machines of the same shape start without. */
    private static Domain define(Set<String> validatedShapes, Connection connection, String xml) {
        var shape = DefinitionShape.of(xml);
        if (validatedShapes.contains(shape)) {
            return connection.defineValidatedXML(xml);
        }
        var domain = connection.defineXML(xml);
        validatedShapes.add(shape);
        return domain;
    }

    private static void startNetwork(Connection connection, String name) {
        Optional<Network> found = connection.lookupNetworkByName(name);
        if (found.isPresent()) {
            try (var network = found.get()) {
                if (!network.isActive()) {
                    network.create();
                }
            }
        }
    }

    private static void shutdown(Domain domain, Step.Shutdown.Way way) {
        var isAsked = switch (way) {
            case GuestAgent -> new GuestAgent(domain).powerOff() || !domain.isActive();
            case PowerButton -> false;
        };
        if (!isAsked) {
            domain.shutdown(ShutdownMode.ACPI_POWER_BTN);
        }
    }

    /** But for the one that stands for a TPM, which an agent that died has left, and the one that holds an empty place. */
    private static boolean isHere(Connection connection, Identity machine) {
        var found = connection.lookupByUUID(machine.uid());
        if (found.isEmpty()) {
            return false;
        }
        try (var domain = found.get()) {
            var isEmpty = !domain.isActive() && ExpectedGuests.coming(domain).isPresent();
            return !isEmpty && !domain.name().equals(TpmXml.name(machine));
        }
    }

    private void dropState(Connection connection, Identity machine, Moving moving) {
        if (moving.nvram() != null) {
            nvram.remove(moving.nvram());
        }
        if (moving.tpm()) {
            try (var domain = connection.defineXML(TpmXml.of(machine))) {
                domain.undefine(UndefineFlag.TPM);
            }
        }
    }

    /** A domain that is gone meanwhile is seen at the next look. */
    private static void with(Connection connection, Identity machine, Consumer<Domain> effect) {
        var found = connection.lookupByUUID(machine.uid());
        if (found.isPresent()) {
            try (var domain = found.get()) {
                effect.accept(domain);
            }
        }
    }

    static String name(Step step) {
        return step.getClass().getSimpleName();
    }
}
