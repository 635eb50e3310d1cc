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
@Shared
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
        assertThat(process(uid)).containsPattern("HugetlbPages:\\s+131072 kB");
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
    void memoryThatARunningGuestIsGivenIsHugePagesToo() throws IOException {
        // given
        machines.createFrom(machines.manifest("grows", "  stopMode: Hard\n")
                .replace("guest: 128Mi", "guest: 128Mi\n    maxGuest: 256Mi\n    hugepages: {pageSize: 2Mi}")
                // Of so little memory, Linux would set too much aside for what may come to lie beyond 4 GiB.
                .replace("arguments: ", "arguments: swiotlb=noforce "));
        var uid = machines.awaitReady("grows", "Running").getMetadata().getUid();
        assertThat(process(uid)).containsPattern("HugetlbPages:\\s+131072 kB");

        // when
        machines.patchSpec("grows", "{\"memory\": {\"guest\": \"256Mi\"}}");

        // then
        machines.awaitReady("grows", "Running");
        machines.await(
                "grows",
                "given all",
                vm -> Machines.isObserved(vm)
                        && Machines.status(vm).pendingChanges().isEmpty());
        assertThat(process(uid)).containsPattern("HugetlbPages:\\s+262144 kB");
        machines.delete("grows");
        machines.awaitGone("grows");
    }

    private static String process(String uid) throws IOException {
        var pid = Testbed.run(List.of("pgrep", "-f", "qemu.*-uuid " + uid))
                .orFail()
                .strip();
        return Files.readString(Path.of("/proc", pid, "status"));
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
