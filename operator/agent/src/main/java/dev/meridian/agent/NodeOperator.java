package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.josdk.ReconcilerMeter;
import dev.meridian.josdk.UntilDone;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelectorBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.time.Duration;
import java.util.Map;

/** Java Operator SDK's operator, set up for the machines of one node. */
final class NodeOperator {
    private static final int RECONCILERS = 4;

    private final String nodeName;
    private final Operator operator;
    private volatile boolean started;

    NodeOperator(KubernetesClient client, String nodeName, ReconcilerMeter meter) {
        this.nodeName = nodeName;
        this.operator = new Operator(o -> o.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withMetrics(meter.withReturnedObjects())
                .withConcurrentReconciliationThreads(RECONCILERS)
                .withConcurrentWorkflowExecutorThreads(1)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(1))
                .withStopOnInformerErrorDuringStartup(false)
                .checkingCRDAndValidateLocalModel(false));
    }

    /** The informer asks the API server for this node's machines alone. */
    void register(VirtualMachineReconciler reconciler) {
        var base = operator.getConfigurationService().getConfigurationFor(reconciler);
        var informer = InformerConfiguration.<VirtualMachine>builder(base.getInformerConfig())
                .withFieldSelector(new FieldSelectorBuilder()
                        .withField(MachineSelection.FIELD, nodeName)
                        .build())
                .buildForController();
        operator.register(
                reconciler,
                new ResolvedControllerConfiguration<>(
                        base.getName(),
                        false,
                        base.getAssociatedReconcilerClassName(),
                        UntilDone.retry(),
                        base.getRateLimiter(),
                        Duration.ofMinutes(10),
                        base.getFinalizerName(),
                        Map.of(),
                        base.fieldManager(),
                        base.getConfigurationService(),
                        informer,
                        true,
                        base.getWorkflowSpec().orElse(null)));
    }

    /** Whether it has started and knows the node's machines: it starts without them after some time, and answers nobody until then. */
    boolean hasSynced() {
        return started
                && operator.getRegisteredControllers().stream()
                        .flatMap(controller ->
                                controller
                                        .getControllerHealthInfo()
                                        .informerEventSourceHealthIndicators()
                                        .values()
                                        .stream())
                        .allMatch(NodeOperator::hasSynced);
    }

    private static boolean hasSynced(InformerWrappingEventSourceHealthIndicator<?> source) {
        return source.informerHealthIndicators().values().stream().allMatch(InformerHealthIndicator::hasSynced);
    }

    void start() {
        operator.start();
        started = true;
    }

    void stop() {
        operator.stop();
    }
}
