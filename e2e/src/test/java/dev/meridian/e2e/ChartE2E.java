package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart and the kustomize base make, as helm and kubectl make it; that it works is InstallE2E's. */
@Shared
class ChartE2E {
    private static final Testbed TESTBED = Testbed.open();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String KEEP = "helm.sh/resource-policy";

    @Test
    void itIsWellFormedForHelm() {
        assertThat(TESTBED.verb("helm", "lint", "--strict", "charts/meridian").orFail())
                .contains("0 chart(s) failed");
    }

    @Test
    void baseOfKustomizeIsWhatTheChartMakesByDefault() {
        // when
        var base =
                objects(TESTBED.kubectl("kustomize", repository("deploy/base")).orFail());
        var chart = objects(rendered("--skip-tests"));

        // then
        base.remove("Namespace meridian-system"); // helm's --create-namespace makes it
        assertThat(base.keySet()).isEqualTo(chart.keySet());
        base.forEach((name, object) ->
                assertThat(object).as(name + ": run 'make manifests'").isEqualTo(chart.get(name)));
    }

    @Test
    void crdsStayWhenTheReleaseGoesUnlessTheyAreNotToBeKept() {
        assertThat(rendered("--show-only", "templates/crds.yaml").split(KEEP + ": keep", -1))
                .hasSize(1 + crds());
        assertThat(rendered("--show-only", "templates/crds.yaml", "--set", "crds.keep=false"))
                .doesNotContain(KEEP);
        assertThat(rendered("--set", "crds.install=false")).doesNotContain("kind: CustomResourceDefinition");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy/base", "deploy/overlays/single-node"})
    void clusterTakesWhatKustomizeMakes(String directory) throws IOException {
        taken(TESTBED.kubectl("kustomize", repository(directory)).orFail());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent.hostPaths[0].path=/srv/images",
                "agent.migration.enabled=false",
                "controller.migrationSigner=false",
                "image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "agent.hook=false,agent.certificates=false",
                "rbac.aggregate=false,networkPolicy.enabled=false,controller.podDisruptionBudget.enabled=false",
                "agent.enabled=false,controller.enabled=false",
                "grafanaDashboards.enabled=true,grafanaDashboards.annotations.grafana_folder=Meridian",
                "controller.podAnnotations.a=b,agent.podAnnotations.a=b,imagePullSecrets[0].name=x",
            })
    void clusterTakesWhatTheChartMakesOf(String values) throws IOException {
        taken(rendered("--skip-tests", "--set", values));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "controller.replicas=0                 | /controller/replicas",
                "agent.hostPath=/srv                   | 'hostPath' not allowed",
                "agent.stateDir=relative               | /agent/stateDir",
                "agent.hostPaths[0].path=/a:b          | /agent/hostPaths/0/path",
                "agent.clusterNetworks={everywhere}    | /agent/clusterNetworks/0",
                "agent.libvirtUri=qemu+ssh://n/system  | /agent/libvirtUri",
                "image.digest=sha256:abc               | /image/digest",
                "image.pullPolicy=Sometimes            | /image/pullPolicy",
                "logFormat=xml                         | /logFormat",
                "crds.install=perhaps                  | /crds/install",
            })
    void wrongValueIsNamed(String value, String named) {
        // when
        var said = TESTBED.verb(
                "helm", "template", "meridian", "charts/meridian", "--namespace", "meridian-system", "--set", value);

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output()).contains(named);
    }

    @Test
    void controllersRunOnNodesOfAnyArchitectureWhereThatIsSaid() throws IOException {
        // when
        var objects = objects(rendered("--set", "controller.nodeSelector.kubernetes\\.io/arch=null"));

        // then
        assertThat(made(objects, "Deployment meridian-controller").at("/spec/template/spec/nodeSelector"))
                .hasToString("{\"kubernetes.io/os\":\"linux\"}");
        assertThat(made(objects, "DaemonSet meridian-agent").at("/spec/template/spec/nodeSelector/kubernetes.io~1arch"))
                .hasToString("\"amd64\"");
    }

    @Test
    void monitoringIsMadeWhereItIsWantedAlone() throws IOException {
        // given
        var alerts = YAML.readTree(
                Path.of(repository("deploy/monitoring/alerts.yaml")).toFile());

        // when
        var wanted = objects(
                rendered("--set", "prometheusRule.enabled=true,serviceMonitor.enabled=true,serviceMonitor.labels.a=b"));

        // then
        assertThat(made(wanted, "PrometheusRule meridian").path("spec")).isEqualTo(alerts);
        assertThat(made(wanted, "ServiceMonitor meridian")
                        .at("/metadata/labels/a")
                        .asText())
                .isEqualTo("b");
        assertThat(objects(rendered("--skip-tests")))
                .doesNotContainKeys("PrometheusRule meridian", "ServiceMonitor meridian");
    }

    @Test
    void dashboardsAreMadeWhereTheyAreWantedAlone() throws IOException {
        // given
        var labels = "grafanaDashboards.labels.grafana_dashboard=yes";

        // when
        var wanted = objects(rendered("--set", "grafanaDashboards.enabled=true"));
        var named = objects(rendered("--set", "grafanaDashboards.enabled=true", "--set-string", labels));

        // then
        for (var dashboard : Dashboard.all()) {
            var name = "ConfigMap meridian-dashboard-" + dashboard.file().replace(".json", "");
            var made = made(wanted, name);
            assertThat(made.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
            assertThat(new ObjectMapper()
                            .readTree(made.path("data").path(dashboard.file()).asText()))
                    .isEqualTo(dashboard.json());
            assertThat(made(named, name)
                            .at("/metadata/labels/grafana_dashboard")
                            .asText())
                    .isEqualTo("yes");
        }
        assertThat(objects(rendered("--skip-tests")).keySet()).noneMatch(name -> name.startsWith("ConfigMap"));
    }

    @Test
    void otherNamespaceIsRefusedInWords() {
        // when
        var said = TESTBED.verb("helm", "template", "meridian", "charts/meridian", "--namespace", "elsewhere");

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output()).contains("give --namespace meridian-system");
    }

    @Test
    void clusterThatIsTooOldIsRefusedInWords() {
        // when
        var said = TESTBED.verb(
                "helm",
                "template",
                "meridian",
                "charts/meridian",
                "--namespace",
                "meridian-system",
                "--kube-version",
                "1.31.0");

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output()).contains("kubeVersion: >=1.32.0-0");
    }

    private @TempDir Path directory;

    /** Looked at by the API server as it would be made, and not made. */
    private void taken(String manifests) throws IOException {
        var file = Files.writeString(directory.resolve("all.yaml"), manifests);
        TESTBED.kubectl(
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "--dry-run=server",
                        "--validate=strict",
                        "-f",
                        file.toString())
                .orFail();
    }

    private static String rendered(String... arguments) {
        var command = new String[arguments.length + 6];
        System.arraycopy(
                new String[] {"helm", "template", "meridian", "charts/meridian", "--namespace", "meridian-system"},
                0,
                command,
                0,
                6);
        System.arraycopy(arguments, 0, command, 6, arguments.length);
        var said = TESTBED.verb(command).orFail();
        return said.substring(said.indexOf("---"));
    }

    private static JsonNode made(Map<String, JsonNode> objects, String name) {
        return Objects.requireNonNull(objects.get(name), name);
    }

    private static int crds() {
        var generated =
                Path.of(repository("crds/generated")).toFile().list((_, name) -> name.endsWith(".meridian.dev.yaml"));
        assertThat(generated).isNotEmpty();
        return generated.length;
    }

    private static String repository(String path) {
        return Path.of(TESTBED.repository(), path).toString();
    }

    /** By kind and name, without what helm alone reads. */
    private static Map<String, JsonNode> objects(String manifests) {
        var objects = new TreeMap<String, JsonNode>();
        try (var parser = YAML.getFactory().createParser(manifests)) {
            for (var read = YAML.<JsonNode>readValues(parser, JsonNode.class); read.hasNext(); ) {
                if (read.next() instanceof ObjectNode object && !object.isEmpty()) {
                    var metadata = (ObjectNode) object.path("metadata");
                    if (metadata.path("annotations") instanceof ObjectNode annotations) {
                        annotations.remove(KEEP);
                        if (annotations.isEmpty()) {
                            metadata.remove("annotations");
                        }
                    }
                    objects.put(
                            object.path("kind").asText() + " "
                                    + metadata.path("name").asText(),
                            object);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return objects;
    }
}
