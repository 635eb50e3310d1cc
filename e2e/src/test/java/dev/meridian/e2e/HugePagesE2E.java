package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Huge pages of a node as guests' memory. */
class HugePagesE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "huge");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void memoryOfTheGuestIsHugePagesThatItsReservationHolds() throws IOException {
        // given
        machines.applySample("huge-pages.yaml");

        // when
        var uid = machines.awaitReady("huge-pages", "Running").getMetadata().getUid();

        // then
        var pid = Testbed.run(List.of("pgrep", "-f", "qemu.*-uuid " + uid))
                .orFail()
                .strip();
        assertThat(Files.readString(Path.of("/proc", pid, "status"))).containsPattern("HugetlbPages:\\s+131072 kB");
        var pods = machines.client.pods().inNamespace(machines.namespace).list().getItems();
        assertThat(pods)
                .flatMap(pod -> pod.getSpec().getContainers())
                .extracting(container -> container.getResources().getRequests())
                .singleElement()
                .satisfies(requests ->
                        assertThat(requests).containsEntry("hugepages-2Mi", new Quantity(Long.toString(128L << 20))));
        machines.delete("huge-pages");
        machines.awaitGone("huge-pages");
    }

    @Test
    void morePagesThanANodeHasAreToldInKubeSchedulersWords() {
        // when
        machines.createFrom(machines.manifest("too-many", "")
                .replace("guest: 128Mi", "guest: 64Gi\n    hugepages: {pageSize: 2Mi}"));

        // then
        var scheduled = machines.awaitCondition("too-many", "Scheduled", "Unschedulable");
        assertThat(scheduled.message()).contains("Insufficient hugepages-2Mi");
    }
}
