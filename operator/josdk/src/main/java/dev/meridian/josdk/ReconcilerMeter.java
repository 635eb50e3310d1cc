package dev.meridian.josdk;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.AggregatedMetrics;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the reconcilers of a process do: how often, for how long, what failed, and what waits for them. */
public final class ReconcilerMeter implements Metrics {
    /** A look at an object writes to the API server, or waits for libvirt, which answers within a moment. */
    private static final double[] BOUNDS = {0.01, 0.1, 1, 10};

    private final Map<String, Loop> loops = new ConcurrentHashMap<>();

    /**
     * Counts of a reconciler so far.
     *
     * @param durations of each look at an object, also of one that failed
     * @param errors looks that ended with an exception
     * @param waiting objects that wait to be looked at
     */
    public record Counted(Durations.Counted durations, long errors, int waiting) {}

    private static final class Loop {
        private final Durations durations = new Durations(BOUNDS);
        private final LongAdder errors = new LongAdder();
        private final Set<ResourceID> waiting = ConcurrentHashMap.newKeySet();
        /** Since when, as System.nanoTime has it, by who looks. */
        private final Map<Thread, Long> looking = new ConcurrentHashMap<>();
        /** Objects whose status the API server does not take, and why. */
        private final Map<ResourceID, OutdatedDefinition> refused = new ConcurrentHashMap<>();
    }

    /** To be given to Java Operator SDK. */
    public Metrics withReturnedObjects() {
        return new AggregatedMetrics(List.of(this, new ReturnedObjects())); // the first of them measures durations
    }

    /** By the reconcilers' names. */
    public Map<String, Counted> soFar() {
        var counted = new TreeMap<String, Counted>();
        loops.forEach((name, loop) ->
                counted.put(name, new Counted(loop.durations.soFar(), loop.errors.sum(), loop.waiting.size())));
        return counted;
    }

    /** The reconciler that has looked at one object for longer than any may: it will not come back. */
    public Optional<String> stuckFor(Duration limit) {
        var now = System.nanoTime();
        return loops.entrySet().stream()
                .filter(loop ->
                        loop.getValue().looking.values().stream().anyMatch(since -> now - since > limit.toNanos()))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    /** The CRD that is older than this process; empty once statuses are taken again. */
    public Optional<OutdatedDefinition> outdated() {
        return loops.values().stream()
                .flatMap(loop -> loop.refused.values().stream())
                .min(Comparator.comparing(OutdatedDefinition::kind).thenComparing(OutdatedDefinition::field));
    }

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> controller) {
        loop(controller.getConfiguration().getName());
    }

    @Override
    public void reconcileCustomResource(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        loop(metadata).waiting.add(ResourceID.fromResource(resource));
    }

    @Override
    public void reconciliationExecutionStarted(HasMetadata resource, Map<String, Object> metadata) {
        loop(metadata).waiting.remove(ResourceID.fromResource(resource));
    }

    @Override
    public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
        loop(metadata).waiting.remove(id);
        loop(metadata).refused.remove(id);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        var loop = loop(execution.controllerName());
        var begin = System.nanoTime();
        loop.looking.put(Thread.currentThread(), begin);
        try {
            var result = execution.execute();
            loop.refused.remove(execution.resourceID());
            return result;
        } catch (Exception e) {
            loop.errors.increment();
            OutdatedDefinition.in(e).ifPresent(refusal -> loop.refused.put(execution.resourceID(), refusal));
            throw e;
        } finally {
            loop.looking.remove(Thread.currentThread());
            loop.durations.took(System.nanoTime() - begin);
        }
    }

    private Loop loop(Map<String, Object> metadata) {
        return loop(Objects.requireNonNull(metadata.get(Constants.CONTROLLER_NAME), "the controller's name")
                .toString());
    }

    private Loop loop(String name) {
        return loops.computeIfAbsent(name, _ -> new Loop());
    }
}
