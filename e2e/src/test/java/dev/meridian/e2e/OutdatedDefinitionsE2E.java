package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A CRD that has not what this version asks for: because it is an older one, or because an API server before Kubernetes 1.32 has
 * dropped what it does not know. Guests run on, the agent says what is wrong, and all goes on once the CRD is mended.
 */
class OutdatedDefinitionsE2E {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Machines machines;
    private Testbed.Node node;
    private String uid;
    private CustomResourceDefinition original;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "outdated");
        original = definition().get();
        machines.create("kept", "  stopMode: Hard\n");
        uid = machines.awaitReady("kept", "Running").getMetadata().getUid();
        node = machines.nodeOf("kept");
    }

    @AfterEach
    void close() {
        definitionBecomes(original);
        machines.testbed.nodes().forEach(each -> awaitReadiness(each, HttpURLConnection.HTTP_OK, "ok"));
        machines.close();
    }

    @Test
    void agentTellsThatItsNodesMachinesCannotBeSelectedAndServesThemOnceTheyCan() {
        // given
        changeVersion(version -> version.setSelectableFields(List.of()));

        // when
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();

        // then
        awaitReadiness(node, HttpURLConnection.HTTP_UNAVAILABLE, "selects no machines by status.nodeName");
        guestRanOn();
        definitionBecomes(original);
        machines.patchSpec("kept", "{\"terminationGracePeriodSeconds\":7}");
        machines.await("kept", "looked at again", Machines::isObserved);
        guestRanOn();
    }

    @Test
    void agentTellsWhichFieldOfAStatusIsNotKnownAndWritesItOnceItIs() {
        // given
        changeVersion(version -> {
            var schema = Objects.requireNonNull(version.getSchema()).getOpenAPIV3Schema();
            var status = Objects.requireNonNull(schema.getProperties().get("status"));
            status.getProperties().remove("power");
            version.getAdditionalPrinterColumns()
                    .removeIf(column -> column.getJsonPath().startsWith(".status.power"));
        });

        // when
        machines.patchSpec("kept", "{\"terminationGracePeriodSeconds\":7}");

        // then
        awaitReadiness(
                node,
                HttpURLConnection.HTTP_UNAVAILABLE,
                "the API server takes no status of VirtualMachine: its CRD is older than this version and has no .status.power");
        guestRanOn();
        definitionBecomes(original);
        machines.await("kept", "looked at again", Machines::isObserved);
        assertThat(Machines.status(machines.get("kept")).power()).isNotNull();
        guestRanOn();
    }

    private void guestRanOn() {
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.observed(uid).path("stops")).isEmpty();
    }

    private void changeVersion(Consumer<CustomResourceDefinitionVersion> change) {
        var older = definition().get();
        older.getSpec().getVersions().forEach(change);
        definitionBecomes(older);
    }

    private void definitionBecomes(CustomResourceDefinition wanted) {
        definition().edit(now -> {
            now.setSpec(wanted.getSpec());
            return now;
        });
    }

    private Resource<CustomResourceDefinition> definition() {
        return machines.client
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("virtualmachines.meridian.dev");
    }

    private static void awaitReadiness(Testbed.Node node, int status, String words) {
        Awaitility.await("readiness of the agent on %s to be %d with %s".formatted(node.name(), status, words))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    HttpResponse<String> said = Management.of(node).get("/readyz");
                    assertThat(said.body()).contains(words);
                    assertThat(said.statusCode()).isEqualTo(status);
                });
    }
}
