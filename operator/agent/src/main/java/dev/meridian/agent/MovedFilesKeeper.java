package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.plan.MovedFiles;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.supply.Moving;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the files removed that migrations have left on the node, as soon as they are known not to be their machines'. */
final class MovedFilesKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MovedFilesKeeper.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    /** What cannot be removed is tried again no sooner. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final String nodeName;
    private final Path machines;
    private final BiPredicate<UUID, String> comes;
    private final BiConsumer<Identity, Step> steps;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("moved-files").factory());

    /**
     * @param machines the directory of the machines' directories
     * @param comes whether a migration that brings the machine here is under way, by its uid
     * @param steps takes a step in the machine's lane
     */
    MovedFilesKeeper(
            KubernetesClient client,
            String nodeName,
            Path machines,
            BiPredicate<UUID, String> comes,
            BiConsumer<Identity, Step> steps) {
        this.client = client;
        this.nodeName = nodeName;
        this.machines = machines;
        this.comes = comes;
        this.steps = steps;
    }

    void start() {
        var _ = looks.scheduleWithFixedDelay(this::look, 0, EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Something has come to its end. */
    void poke() {
        Runnable look = this::look;
        var _ = looks.schedule(look, SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (var moved : MachineFiles.moved(machines)) {
                look(moved);
            }
        } catch (KubernetesClientException | UncheckedIOException e) {
            LOG.atWarn().log("files that migrations have left were not looked at: {}", e.toString());
        } catch (RuntimeException e) {
            // The next look would not come.
            LOG.atError().setCause(e).log("files that migrations have left were not looked at");
        }
    }

    private void look(MachineFiles.Moved moved) {
        var moving = moved.moving();
        var migrates = moving.role() == Moving.Role.Coming && comes.test(moved.machine(), moving.migration());
        if (migrates) {
            return;
        }
        switch (MovedFiles.fate(moving, status(moved), nodeName)) {
            case Wait -> {}
            case Drop -> {
                LOG.atInfo()
                        .addKeyValue("namespace", moving.namespace())
                        .addKeyValue("name", moving.name())
                        .addKeyValue("migration", moving.migration())
                        .log("files that a migration has left are removed");
                steps.accept(
                        new Identity(moving.namespace(), moving.name(), moved.machine()),
                        new Step.DropFiles(moved.directory().toString(), moving));
            }
        }
    }

    /** Of the machine; empty when it is deleted. */
    private Optional<VirtualMachineStatus> status(MachineFiles.Moved moved) {
        return Optional.ofNullable(client.resources(VirtualMachine.class)
                        .inNamespace(moved.moving().namespace())
                        .withName(moved.moving().name())
                        .get())
                .filter(vm -> vm.getMetadata().getUid().equals(moved.machine().toString()))
                .map(vm -> Objects.requireNonNullElse(vm.getStatus(), VirtualMachineStatus.NONE));
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
