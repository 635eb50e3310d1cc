package dev.meridian.josdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReconcilerMeterTest {
    private static final Map<String, Object> OF_MACHINES = Map.of(Constants.CONTROLLER_NAME, "machines");

    private final ReconcilerMeter meter = new ReconcilerMeter();

    @Test
    void looksAndThoseThatFailAreCounted() throws Exception {
        // given
        var bug = new IllegalStateException("a bug");
        // when
        meter.timeControllerExecution(look(() -> "done"));
        assertThatThrownBy(() -> meter.timeControllerExecution(look(() -> {
                    throw bug;
                })))
                .isSameAs(bug);
        // then
        var counted = machines();
        assertThat(counted.durations().count()).isEqualTo(2);
        assertThat(counted.durations().sumSeconds()).isPositive();
        assertThat(counted.errors()).isEqualTo(1);
    }

    @Test
    void objectWaitsUntilItIsLookedAtOrGone() {
        // given
        meter.reconcileCustomResource(object("a"), null, OF_MACHINES);
        meter.reconcileCustomResource(object("b"), null, OF_MACHINES);
        meter.reconcileCustomResource(object("b"), null, OF_MACHINES);
        var before = machines().waiting();
        // when
        meter.reconciliationExecutionStarted(object("a"), OF_MACHINES);
        var after = machines().waiting();
        meter.cleanupDoneFor(ResourceID.fromResource(object("b")), OF_MACHINES);
        // then
        assertThat(before).isEqualTo(2);
        assertThat(after).isEqualTo(1);
        assertThat(machines().waiting()).isZero();
    }

    @Test
    void olderDefinitionIsToldUntilAStatusIsTakenOrItsObjectIsGone() throws Exception {
        // given
        var refusal = new KubernetesClientException("""
                Failure executing: PATCH at: https://api/status. Message: failed to create typed patch object (a/a; \
                meridian.dev/v1alpha1, Kind=VirtualMachine): errors:
                    .status.conditions[type="Ready"].observedGeneration: field not declared in schema
                    .status.power: field not declared in schema.""");
        var fails = look(() -> {
            throw refusal;
        });
        // when
        assertThatThrownBy(() -> meter.timeControllerExecution(fails)).isSameAs(refusal);
        var told = meter.outdated();
        meter.timeControllerExecution(look(() -> "done"));
        var taken = meter.outdated();
        assertThatThrownBy(() -> meter.timeControllerExecution(fails)).isSameAs(refusal);
        meter.cleanupDoneFor(fails.resourceID(), OF_MACHINES);
        // then
        assertThat(told)
                .contains(new OutdatedDefinition(
                        "VirtualMachine", ".status.conditions[type=\"Ready\"].observedGeneration"));
        assertThat(taken).isEmpty();
        assertThat(meter.outdated()).isEmpty();
    }

    @Test
    void otherRefusalsTellOfNoDefinition() {
        // given
        var refusal = new KubernetesClientException("Operation cannot be fulfilled on Kind=VirtualMachine): conflict");
        // when
        assertThatThrownBy(() -> meter.timeControllerExecution(look(() -> {
                    throw refusal;
                })))
                .isSameAs(refusal);
        // then
        assertThat(meter.outdated()).isEmpty();
    }

    @Test
    void lookThatDoesNotEndIsTold() throws Exception {
        // given
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var looking = Thread.ofPlatform().start(() -> {
            try {
                meter.timeControllerExecution(look(() -> {
                    begun.countDown();
                    end.await();
                    return "done";
                }));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        begun.await();
        // when
        var within = meter.stuckFor(Duration.ofMinutes(10));
        var beyond = meter.stuckFor(Duration.ZERO);
        end.countDown();
        looking.join();
        // then
        assertThat(within).isEmpty();
        assertThat(beyond).hasValue("machines");
        assertThat(meter.stuckFor(Duration.ZERO)).isEmpty();
    }

    @Test
    void durationsFallIntoTheBoundThatTheyDoNotExceed() {
        // given
        var durations = new Durations(0.01, 1);
        // when
        List.of(1L, 10_000_000L, 10_000_001L, 1_000_000_000L, 5_000_000_000L).forEach(durations::took);
        // then
        assertThat(durations.soFar().counts()).containsExactly(2L, 2L, 1L);
        assertThat(durations.soFar().bounds()).containsExactly(0.01, 1.0);
        assertThat(durations.soFar().sumSeconds()).isEqualTo(6.020000002);
    }

    private ReconcilerMeter.Counted machines() {
        return Objects.requireNonNull(meter.soFar().get("machines"));
    }

    private static ConfigMap object(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .build();
    }

    private static ControllerExecution<String> look(Callable<String> what) {
        return new ControllerExecution<>() {
            @Override
            public String name() {
                return "reconcile";
            }

            @Override
            public String controllerName() {
                return "machines";
            }

            @Override
            public String successTypeName(String result) {
                return result;
            }

            @Override
            public ResourceID resourceID() {
                return new ResourceID("a", "shop");
            }

            @Override
            public Map<String, Object> metadata() {
                return OF_MACHINES;
            }

            @Override
            public String execute() throws Exception {
                return what.call();
            }
        };
    }
}
