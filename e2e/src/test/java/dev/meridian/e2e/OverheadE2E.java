package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine's pod asks for as much memory as the machine takes of its node, and not for much more. */
class OverheadE2E {
    private Machines machines;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "overhead");
    }

    @AfterEach
    void close() {
        machines.close();
    }

    @ParameterizedTest(name = "{0} with {1} CPUs")
    @CsvSource({"128Mi, 1, 50", "512Mi, 4, 380"})
    void guestThatFillsItsMemoryTakesNoMoreThanItsPodAsksFor(String memory, int cores, int filled) {
        // given
        var name = "full-" + cores;
        machines.createFrom(
                machines.manifest(name, "  cpu: {cores: %d}\n".formatted(cores)).replace("128Mi", memory));
        var vm = machines.awaitReady(name, "Running");

        // when
        var said = machines.type(
                name,
                "mkdir /fill; mount -t tmpfs -o size=95%% fill /fill; dd if=/dev/urandom of=/fill/all bs=1M count=%d 2>&1"
                        .formatted(filled));

        // then
        assertThat(said).contains("%d+0 records out".formatted(filled));
        assertFits(machines, vm);
    }

    /** By the word of the kernel and of the pod. */
    static void assertFits(Machines machines, VirtualMachine vm) {
        var uid = vm.getMetadata().getUid();
        var taken = HypervisorProcesses.mostBytes(uid);
        var asked = bytes(Objects.requireNonNull(machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withLabel(Meridian.MACHINE_LABEL, uid)
                .list()
                .getItems()
                .getFirst()
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources()
                .getRequests()
                .get("memory")));
        Figures.note(
                "memory of %s: its process took %d MiB at most, its pod asks for %d MiB",
                vm.getMetadata().getName(), taken >> 20, asked >> 20);
        assertThat(taken).isLessThanOrEqualTo(asked);
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValueExact();
    }
}
