package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubelet writes a new token of the pod's ServiceAccount before the old one ends; processes run on for months. */
class TokenRotationTest {
    private static final String NAMESPACE = """
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system","uid":"u"}}""";

    /** As a pod has them; Fabric8 takes properties for the environment's variables. */
    private final Map<String, String> environment = Map.of(
            "kubernetes.auth.tryKubeConfig", "false",
            "kubernetes.auth.tryServiceAccount", "true");

    private @TempDir Path directory;
    private final List<String> presented = new CopyOnWriteArrayList<>();
    private volatile String valid = "first";
    private HttpServer apiServer;
    private KubernetesClient client;

    @BeforeEach
    void open() throws IOException {
        apiServer = ManagementServer.limited(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        apiServer.createContext("/", this::answer);
        apiServer.start();
        Files.writeString(token(), "first");
        environment.forEach(System::setProperty);
        System.setProperty("kubernetes.auth.serviceAccount.token", token().toString());
        System.setProperty(
                "kubernetes.master",
                "http://127.0.0.1:%d".formatted(apiServer.getAddress().getPort()));
        client = KubernetesClients.open("test", new ApiMeter());
    }

    @AfterEach
    void close() {
        client.close();
        apiServer.stop(0);
        environment.keySet().forEach(System::clearProperty);
        System.clearProperty("kubernetes.auth.serviceAccount.token");
        System.clearProperty("kubernetes.master");
    }

    @Test
    void newTokenIsTakenWhenTheOldOneIsNoMore() throws IOException {
        // given
        assertThat(clusterId()).isEqualTo("u");

        // when
        Files.writeString(token(), "second");
        valid = "second";

        // then
        assertThat(clusterId()).isEqualTo("u");
        assertThat(presented).startsWith("Bearer first").endsWith("Bearer second");
    }

    @Test
    void tokenThatIsNoMoreIsSaidAsSuch() {
        // when
        valid = "second";

        // then
        assertThatThrownBy(this::clusterId)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(HttpURLConnection.HTTP_UNAUTHORIZED));
    }

    private String clusterId() {
        return client.namespaces().withName("kube-system").get().getMetadata().getUid();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var said = exchange.getRequestHeaders().getFirst("Authorization");
        presented.add(said);
        var known = said.equals("Bearer " + valid);
        var body = (known
                        ? NAMESPACE
                        : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":401,\"message\":\"Unauthorized\"}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(
                known ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAUTHORIZED, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private Path token() {
        return directory.resolve("token");
    }
}
