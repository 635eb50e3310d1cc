package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageProgress;
import dev.meridian.domain.status.Conditions.Decided;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A node's part of an image's status: its own entry, and the conditions that follow from all nodes' entries. */
public final class ImageStatuses {
    private static final Decided SETTLED = not("Reconciling", "Settled");
    private static final Decided NOT_STALLED = not("Stalled", "NotStalled");

    private ImageStatuses() {}

    /**
     * @param before the object's status now, whoever wrote it
     * @param generation of the spec that {@code progress} is of
     */
    public static VirtualMachineImageStatus of(
            VirtualMachineImageStatus before, String node, long generation, ImageProgress progress, Instant now) {
        var others = before.nodes().stream()
                .filter(entry -> !entry.name().equals(node))
                .filter(entry -> Objects.equals(entry.observedGeneration(), generation))
                .toList();
        var conditions = Conditions.decide(before.conditions(), conditions(others, progress), generation, now);
        return switch (progress) {
            case ImageProgress.Nothing _ ->
                new VirtualMachineImageStatus(generation, null, null, null, List.of(), conditions);
            case ImageProgress.Fetching(var percent) ->
                entry(generation, new ImageNode(node, ImageNodeState.Fetching, percent, generation, null), conditions);
            case ImageProgress.Failed(var problem) ->
                entry(
                        generation,
                        new ImageNode(
                                node, ImageNodeState.Failed, null, generation, new EventNote(problem.message()).text()),
                        conditions);
            case ImageProgress.Ready(var _, var _, var size, var virtualSize, var digest) ->
                new VirtualMachineImageStatus(
                        generation,
                        quantity(size),
                        quantity(virtualSize),
                        digest.toString(),
                        List.of(new ImageNode(node, ImageNodeState.Ready, null, generation, null)),
                        conditions);
        };
    }

    private static VirtualMachineImageStatus entry(long generation, ImageNode entry, List<Condition> conditions) {
        return new VirtualMachineImageStatus(generation, null, null, null, List.of(entry), conditions);
    }

    /** Whether the object already says what {@code wanted} says for the node. */
    public static boolean says(VirtualMachineImageStatus now, VirtualMachineImageStatus wanted, String node) {
        var entries =
                now.nodes().stream().filter(entry -> entry.name().equals(node)).toList();
        return entries.equals(wanted.nodes())
                && Objects.equals(now.observedGeneration(), wanted.observedGeneration())
                && (wanted.checksum() == null || wanted.checksum().equals(now.checksum()))
                && now.conditions().containsAll(wanted.conditions());
    }

    private static List<Decided> conditions(List<ImageNode> others, ImageProgress progress) {
        if (progress instanceof ImageProgress.Ready || isAny(others, ImageNodeState.Ready)) {
            return settled(new Decided("Ready", ConditionStatus.True, "Fetched", "a node has it"));
        }
        return switch (progress) {
            case ImageProgress.Fetching _ -> fetching();
            case ImageProgress.Failed(var problem) -> failed(problem);
            case ImageProgress.Nothing _, ImageProgress.Ready _ ->
                isAny(others, ImageNodeState.Fetching)
                        ? fetching()
                        : others.stream()
                                .findFirst()
                                .map(entry -> failed(ImageProblem.ofWorld(
                                        "FetchFailed", Objects.requireNonNullElse(entry.message(), ""))))
                                .orElseGet(ImageStatuses::onDemand);
        };
    }

    private static boolean isAny(List<ImageNode> entries, ImageNodeState state) {
        return entries.stream().anyMatch(entry -> entry.state() == state);
    }

    private static List<Decided> fetching() {
        return reconciling(new Decided("Ready", ConditionStatus.False, "Fetching", "a node fetches it"));
    }

    private static List<Decided> failed(ImageProblem problem) {
        var ready = new Decided("Ready", ConditionStatus.False, problem.reason(), problem.message());
        return switch (problem.cure()) {
            case CHANGE -> stalled(ready);
            case TIME -> reconciling(ready);
        };
    }

    /** As is wished: a node fetches it when a machine there needs it. */
    private static List<Decided> onDemand() {
        return settled(new Decided("Ready", ConditionStatus.True, "OnDemand", "no node has it; none needs it"));
    }

    /** An abnormal-true condition that holds, for Ready's reason. */
    private static Decided holds(String type, Decided ready) {
        return new Decided(type, ConditionStatus.True, ready.reason(), ready.message());
    }

    private static Decided not(String type, String reason) {
        return new Decided(type, ConditionStatus.False, reason, "");
    }

    private static List<Decided> settled(Decided ready) {
        return List.of(ready, SETTLED, NOT_STALLED);
    }

    private static List<Decided> reconciling(Decided ready) {
        return List.of(ready, holds("Reconciling", ready), NOT_STALLED);
    }

    private static List<Decided> stalled(Decided ready) {
        return List.of(ready, SETTLED, holds("Stalled", ready));
    }

    /** In the largest binary unit of which it is a whole number. */
    static Quantity quantity(long bytes) {
        var units = List.of("", "Ki", "Mi", "Gi", "Ti");
        var unit = 0;
        var amount = bytes;
        while (amount != 0 && amount % 1024 == 0 && unit < units.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return new Quantity(amount + units.get(unit));
    }
}
