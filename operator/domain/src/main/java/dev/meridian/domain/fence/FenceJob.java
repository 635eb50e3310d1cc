package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The Job that powers a node off, made as {@code kubectl create job --from=cronjob/NAME} does. */
public final class FenceJob {
    /** In the environment of each container: the node that is to be powered off. */
    public static final String NODE_NAME = "NODE_NAME";

    private static final long DEFAULT_DEADLINE_SECONDS = 300;
    private static final int LONGEST_NODE = 40;

    private FenceJob() {}

    /** One name a node: two for one node cannot be. */
    public static String name(String node) {
        var shown = node.substring(0, Math.min(node.length(), LONGEST_NODE)).replace('.', '-');
        return "fence-%s-%08x".formatted(shown, node.hashCode());
    }

    public static Job of(CronJob from, String node) {
        var template = from.getSpec().getJobTemplate();
        var job = new JobBuilder()
                .withNewMetadata()
                .withNamespace(from.getMetadata().getNamespace())
                .withName(name(node))
                .withLabels(
                        template.getMetadata() == null
                                ? null
                                : template.getMetadata().getLabels())
                .withAnnotations(
                        template.getMetadata() == null
                                ? null
                                : template.getMetadata().getAnnotations())
                .addToAnnotations("cronjob.kubernetes.io/instantiate", "manual")
                .addToAnnotations(Meridian.FENCES, node)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("CronJob")
                        .withName(from.getMetadata().getName())
                        .withUid(from.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
        var spec = job.getSpec();
        spec.setActiveDeadlineSeconds(
                Objects.requireNonNullElse(spec.getActiveDeadlineSeconds(), DEFAULT_DEADLINE_SECONDS));
        var pod = spec.getTemplate().getSpec();
        UnaryOperator<Container> told = container -> told(container, node);
        pod.setContainers(pod.getContainers().stream().map(told).toList());
        pod.setInitContainers(pod.getInitContainers().stream().map(told).toList());
        return job;
    }

    /** How long it may take in all. */
    public static Duration deadline(Job job) {
        return Duration.ofSeconds(job.getSpec().getActiveDeadlineSeconds());
    }

    /** First, so that what follows can use it. */
    private static Container told(Container container, String node) {
        var others = container.getEnv().stream().filter(env -> !env.getName().equals(NODE_NAME));
        container.setEnv(Stream.concat(Stream.of(new EnvVar(NODE_NAME, node, null)), others)
                .toList());
        return container;
    }

    public static boolean isComplete(Job job) {
        return condition(job, "Complete").isPresent();
    }

    /** Why it failed; empty while it has not. */
    public static Optional<String> failure(Job job) {
        return condition(job, "Failed")
                .map(condition -> Objects.requireNonNullElse(condition.getReason(), "Failed") + ": "
                        + Objects.requireNonNullElse(condition.getMessage(), ""));
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        return Optional.ofNullable(job.getStatus())
                .map(status -> Objects.requireNonNullElse(status.getConditions(), List.<JobCondition>of()))
                .orElse(List.of())
                .stream()
                .filter(condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()))
                .findFirst();
    }
}
