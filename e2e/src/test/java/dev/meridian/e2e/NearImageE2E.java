package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines go rather where their images are. */
class NearImageE2E {
    private static final String BASE = "  stopMode: Hard\n  disks: [{name: root, image: {name: base}}]\n";

    private Machines machines;
    private Testbed.Node far;
    private Testbed.Node near;

    @BeforeEach
    void open() throws IOException {
        machines = new Machines(Testbed.open(), "near");
        far = machines.testbed.nodes().getFirst();
        near = machines.testbed.nodes().getLast();
        for (var node : machines.testbed.nodes()) {
            var directory = Path.of(node.stateDirectory(), machines.namespace);
            Files.createDirectories(directory);
            Files.write(directory.resolve("base.img"), new byte[1 << 20]);
        }
        machines.openTo(machines.namespace, "/var/lib/meridian/" + machines.namespace);
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: base, namespace: %1$s}
                spec: {format: raw, hostPath: {path: /var/lib/meridian/%1$s/base.img}}
                """.formatted(machines.namespace));
    }

    @AfterEach
    void close() {
        machines.close();
    }

    /** Two of the same and two without: without their image both go to the emptier node. */
    @Test
    void machineGoesToTheNodeThatHasItsImageUnlessThatIsMuchFuller() {
        // given
        machines.create("first", BASE + "  nodeName: %s\n".formatted(near.name()));
        machines.awaitReady("first", "Running");
        Awaitility.await("the image to say where it is").until(() -> hasImage(near));
        assertThat(hasImage(far)).isFalse();
        machines.delete("first");
        machines.awaitGone("first");
        fillUpTo(10);

        // when
        machines.create("plain", "  stopMode: Hard\n");
        machines.awaitReady("plain", "Running");
        machines.create("second", BASE);
        machines.awaitReady("second", "Running");

        // then
        assertThat(machines.nodeOf("plain")).isEqualTo(far);
        assertThat(machines.nodeOf("second")).isEqualTo(near);
        machines.delete("plain");
        machines.delete("second");
        machines.awaitGone("plain");
        machines.awaitGone("second");
        fillUpTo(70);
        machines.create("third", BASE);
        machines.awaitReady("third", "Running");
        assertThat(machines.nodeOf("third")).isEqualTo(far);
    }

    /** So much more of the node's CPUs than of the other's is asked for, and as much of its memory. */
    private void fillUpTo(int percent) {
        var pods = machines.client.pods().inNamespace(machines.namespace);
        pods.withName("filler").delete();
        Awaitility.await("the earlier filler to go")
                .until(() -> pods.withName("filler").get() == null);
        machines.awaitNoReservation(near);
        machines.awaitNoReservation(far);
        var milliCpu = machines.freeMilliCpu(near)
                - machines.freeMilliCpu(far)
                + allocatable("cpu").movePointRight(3).longValue() * percent / 100;
        var memory = allocatable("memory").longValue() / 100 * percent;
        pods.resource(new PodBuilder(machines.filler(near, milliCpu + "m"))
                        .editSpec()
                        .editContainer(0)
                        .editResources()
                        .addToRequests("memory", new Quantity(Long.toString(memory)))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        Awaitility.await("the node to be filled")
                .until(() ->
                        pods.withName("filler").get().getStatus().getPhase().equals("Running"));
    }

    private BigDecimal allocatable(String resource) {
        return Objects.requireNonNull(machines.client
                        .nodes()
                        .withName(near.name())
                        .get()
                        .getStatus()
                        .getAllocatable()
                        .get(resource))
                .getNumericalAmount();
    }

    private boolean hasImage(Testbed.Node node) {
        var image = machines.client
                .resources(VirtualMachineImage.class)
                .inNamespace(machines.namespace)
                .withName("base")
                .get();
        return image.getStatus() != null
                && image.getStatus().nodes().stream()
                        .anyMatch(entry -> entry.name().equals(node.name()) && entry.state() == ImageNodeState.Ready);
    }
}
