package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.fence.FenceJob;
import dev.meridian.domain.fence.FenceProgress;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ScalableResource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/** Powers nodes off by Jobs that administrators have written: one that completes has seen the node off. */
final class JobDriver implements FenceDriver {
    private static final Duration GONE = Duration.ofSeconds(30);

    /** What the Job controller may take to say that the deadline is over. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private static final String FIELD = "spec.fencing.job.cronJobName";

    private final KubernetesClient client;
    private final EffectWatch watch;
    private final InstantSource clock;

    JobDriver(KubernetesClient client, EffectWatch watch, InstantSource clock) {
        this.client = client;
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public FenceProgress powerOff(FenceOrder order) throws FenceFailed, InterruptedException {
        var made = FenceJob.of(
                template(Objects.requireNonNull(order.spec().job(), FIELD).cronJobName()), order.node());
        awaitGone(order);
        if (!order.isStillGone().getAsBoolean()) {
            return FenceProgress.NONE;
        }
        var askedAt = clock.instant();
        watch.before("CreateJob");
        client.resource(made).create();
        watch.after("CreateJob");
        var until = askedAt.plus(FenceJob.deadline(made)).plus(LAST_WORDS);
        while (clock.instant().isBefore(until)) {
            var job = job(order.node()).get();
            if (job == null) {
                throw new FenceFailed("%s: Job \"%s\" was deleted before it had come to an end"
                        .formatted(FIELD, made.getMetadata().getName()));
            }
            if (FenceJob.isComplete(job)) {
                return new FenceProgress.Proven(
                        askedAt,
                        "Job \"%s\" is complete".formatted(job.getMetadata().getName()));
            }
            var failure = FenceJob.failure(job);
            if (failure.isPresent()) {
                throw new FenceFailed("%s: Job \"%s\" failed: %s; see the logs of its pods"
                        .formatted(FIELD, job.getMetadata().getName(), failure.get()));
            }
            if (!order.isStillGone().getAsBoolean()) {
                delete(order.node());
                return FenceProgress.NONE;
            }
            order.pause();
        }
        delete(order.node());
        throw new FenceFailed("%s: Job \"%s\" has come to no end after %d s; see its pods"
                .formatted(
                        FIELD,
                        made.getMetadata().getName(),
                        FenceJob.deadline(made).toSeconds()));
    }

    /** It would power off a node that has been switched on since. */
    @Override
    public void abandon(String node) {
        var job = job(node).get();
        if (job != null && !FenceJob.isComplete(job) && FenceJob.failure(job).isEmpty()) {
            delete(node);
        }
    }

    private CronJob template(String name) throws FenceFailed {
        var cronJob = client.batch()
                .v1()
                .cronjobs()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(name)
                .get();
        if (cronJob == null) {
            throw new FenceFailed(
                    "%s: there is no CronJob \"%s\" in namespace %s".formatted(FIELD, name, Meridian.SYSTEM_NAMESPACE));
        }
        if (!Boolean.TRUE.equals(cronJob.getSpec().getSuspend())) {
            throw new FenceFailed(
                    "%s: CronJob \"%s\" is not suspended, and would run by itself; set its spec.suspend to true"
                            .formatted(FIELD, name));
        }
        return cronJob;
    }

    /** Of an earlier attempt, with its pods: they could power the node off later than anybody wants. */
    private void awaitGone(FenceOrder order) throws FenceFailed, InterruptedException {
        delete(order.node());
        var until = clock.instant().plus(GONE);
        while (job(order.node()).get() != null) {
            if (clock.instant().isAfter(until)) {
                throw new FenceFailed("%s: Job \"%s\" of an earlier attempt is not gone; delete it with its pods"
                        .formatted(FIELD, FenceJob.name(order.node())));
            }
            order.pause();
        }
    }

    private void delete(String node) {
        job(node).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    }

    private ScalableResource<Job> job(String node) {
        return client.batch().v1().jobs().inNamespace(Meridian.SYSTEM_NAMESPACE).withName(FenceJob.name(node));
    }
}
