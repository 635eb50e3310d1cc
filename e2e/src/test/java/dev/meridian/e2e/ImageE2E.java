package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.agent.NodeImages;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.domain.image.ImageFact;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images as a node's agent brings them, with its rights at a real API server. */
@Shared
class ImageE2E {
    private static Machines machines;
    private static Testbed.Node node;
    private static KubernetesClient agent;
    private static Path directory;
    private static ImageServer server;
    private static NodeImages images;

    @BeforeAll
    static void open() throws Exception {
        machines = new Machines(Testbed.open(), "image");
        node = machines.testbed.nodes().getFirst();
        agent = new KubernetesClientBuilder()
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withConfig(Config.fromKubeconfig(new File(node.agentKubeconfig())))
                .build();
        directory = Files.createTempDirectory("meridian-images");
        server = ImageServer.start(directory, machines.client.getMasterUrl().getHost());
        Testbed.run(List.of("qemu-img", "create", "-f", "qcow2", file("disk.qcow2"), "16M"))
                .orFail();
        Testbed.run(List.of(
                        "qemu-img",
                        "create",
                        "-u",
                        "-f",
                        "qcow2",
                        "-b",
                        "/etc/shadow",
                        "-F",
                        "raw",
                        file("thief"),
                        "1M"))
                .orFail();
        openServer();
        images = new NodeImages(agent, node.name(), directory.resolve("cache"));
    }

    @AfterAll
    static void close() {
        images.close();
        server.close();
        agent.close();
        machines.testbed
                .kubectl("delete", "--ignore-not-found", "hypervisorpolicy", machines.namespace)
                .orFail();
        machines.close();
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    private static void openServer() {
        machines.createFrom(
                """
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec:
                  imageSources:
                  - {name: test, cidrs: [%2$s/32], namespaces: {names: [%1$s]}}
                """.formatted(machines.namespace, machines.client.getMasterUrl().getHost()));
    }

    private static void image(String name, String file) {
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: %s, namespace: %s}
                spec:
                  http:
                    url: %s
                    caBundle: |
                %s""".formatted(name, machines.namespace, server.url(file), server.certificate(6)));
    }

    private static <T extends ImageFact> T await(String name, Class<T> fact) {
        return fact.cast(Awaitility.await(name + " to be " + fact.getSimpleName())
                .atMost(Duration.ofSeconds(60))
                .until(() -> images.of(machines.namespace, name), fact::isInstance));
    }

    private static VirtualMachineImage awaitCondition(String name, String type, String reason) {
        return Awaitility.await(name + ": " + type + " because of " + reason)
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> machines.client
                                .resources(VirtualMachineImage.class)
                                .inNamespace(machines.namespace)
                                .withName(name)
                                .get(),
                        image -> image.getStatus().conditions().stream()
                                .filter(c -> c.type().equals(type) && c.status() == ConditionStatus.True)
                                .map(Condition::reason)
                                .anyMatch(reason::equals));
    }

    @Test
    void imageIsFetchedAndTold() {
        // given
        image("disk", "disk.qcow2");

        // when
        var ready = await("disk", ImageFact.Ready.class);

        // then
        assertThat(ready.format()).isEqualTo(ImageFormat.qcow2);
        assertThat(ready.virtualSizeBytes()).isEqualTo(16 << 20);
        assertThat(Path.of(ready.path())).hasSameBinaryContentAs(directory.resolve("disk.qcow2"));
        var status = awaitCondition("disk", "Ready", "Fetched").getStatus();
        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(status.checksum()).isEqualTo(ready.digest());
        assertThat(status.virtualSize()).hasToString("16Mi");
        assertThat(status.nodes()).singleElement().satisfies(entry -> {
            assertThat(entry.name()).isEqualTo(node.name());
            assertThat(entry.state()).isEqualTo(ImageNodeState.Ready);
        });
        machines.awaitEvent("disk", "Fetching");
        machines.awaitEvent("disk", "Fetched");
    }

    @Test
    void imageIsAwaitedThatIsCreatedLater() throws Exception {
        // given
        await("late", ImageFact.NoImage.class);

        // when
        image("late", "disk.qcow2");

        // then
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> images.changed.contains(machines.namespace + "/late"));
        await("late", ImageFact.Ready.class);
    }

    /** By an agent that has no right to read Secrets. */
    @Test
    void imageBehindAPasswordIsFetchedByTheSecretThatTheMachinesPodBrings() throws IOException {
        // given
        Files.createDirectories(directory.resolve("private"));
        Files.copy(directory.resolve("disk.qcow2"), directory.resolve("private/disk.qcow2"));
        imageWithLogin("private", "swordfish");
        imageWithLogin("mistaken", "crayfish");

        // when
        readsOnTheLastNode("reads", "private");
        readsOnTheLastNode("cannot-read", "mistaken");

        // then
        machines.awaitReady("reads", "Running");
        var ready = machines.awaitCondition("cannot-read", "Ready", "Unauthorized");
        assertThat(ready.message()).contains("image mistaken", "give a Secret whose credentials may read it");
        assertThat(machines.testbed.agentLog(machines.testbed.nodes().getLast()))
                .doesNotContain("swordfish", "crayfish");

        // when
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "secret",
                        "mistaken",
                        "--patch={\"stringData\":{\"password\":\"swordfish\"}}")
                .orFail();
        haveKubeletLookAgain("cannot-read");

        // then
        machines.awaitReady("cannot-read", "Running");

        // when
        loseImages(machines.testbed.nodes().getLast());
        machines.patchSpec("reads", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("reads", "Stopped");
        machines.patchSpec("reads", "{\"runStrategy\":\"Always\"}");

        // then
        machines.awaitReady("reads", "Running");
        machines.delete("reads");
        machines.delete("cannot-read");
    }

    /** It brings a changed Secret within a minute or two, and at once when the pod changes. */
    private static void haveKubeletLookAgain(String name) {
        var reservation =
                Objects.requireNonNull(Machines.status(machines.get(name)).reservation());
        var pod = Objects.requireNonNull(reservation.podName());
        machines.testbed
                .kubectl("-n", machines.namespace, "annotate", "pod", pod, "e2e/looked-at=again")
                .orFail();
    }

    /** As if its disk had. */
    private static void loseImages(Testbed.Node node) throws IOException {
        try (var files = Files.newDirectoryStream(Path.of(node.stateDirectory(), "image-cache", "content"))) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }

    private static void imageWithLogin(String name, String password) {
        machines.createFrom("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %1$s, namespace: %2$s}
                stringData: {username: reader, password: %3$s}
                ---
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  http:
                    url: %4$s
                    secretRef: {name: %1$s}
                    caBundle: |
                %5$s""".formatted(
                        name, machines.namespace, password, server.url("private/disk.qcow2"), server.certificate(6)));
    }

    private static void readsOnTheLastNode(String name, String image) {
        machines.create(
                name,
                "  stopMode: Hard%n  nodeSelector: {kubernetes.io/hostname: %s}%n  disks: [{name: root, image: {name: %s}}]%n"
                        .formatted(machines.testbed.nodes().getLast().name(), image));
    }

    @Test
    void changedSpecIsAnotherContent() {
        // given
        image("changing", "nothing-there");
        var failed = await("changing", ImageFact.Failed.class);
        awaitCondition("changing", "Stalled", "NotFound");

        // when
        image("changing", "disk.qcow2");

        // then
        assertThat(failed.message()).contains("answers 404");
        await("changing", ImageFact.Ready.class);
        var status = awaitCondition("changing", "Ready", "Fetched").getStatus();
        assertThat(status.observedGeneration()).isEqualTo(2);
        machines.awaitEvent("changing", "FetchFailed");
    }

    @Test
    void hostileImageIsRefused() {
        image("thief", "thief");
        assertThat(await("thief", ImageFact.Failed.class).message()).contains("the file names a backing file");
        awaitCondition("thief", "Stalled", "ImageRefused");
    }

    @Test
    void serverOfTheClusterIsClosedUntilAPolicyOpensIt() {
        // given
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace)
                .orFail();
        try {
            image("closed", "disk.qcow2");
            var failed = await("closed", ImageFact.Failed.class);
            assertThat(failed.reason()).isEqualTo("AddressRefused");
            assertThat(failed.message()).contains("is an address of the cluster");
            awaitCondition("closed", "Stalled", "AddressRefused");
        } finally {
            // when
            openServer();
        }

        // then
        await("closed", ImageFact.Ready.class);
    }

    @Test
    void agentChangesNoOtherNodesEntry() {
        // given
        image("guarded", "disk.qcow2");
        await("guarded", ImageFact.Ready.class);
        var guarded = awaitCondition("guarded", "Ready", "Fetched");

        // when, then
        assertThatThrownBy(() -> agent.resources(VirtualMachineImage.class)
                        .inNamespace(machines.namespace)
                        .withName("guarded")
                        .subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"status\":{\"nodes\":[{\"name\":\"other\",\"state\":\"Ready\"}]}}"))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("status.nodes: an agent may only change the entry of its own node");
        assertThat(Objects.requireNonNull(guarded.getStatus()).nodes()).hasSize(1);
    }
}
