package dev.meridian.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.OciReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's docker-registry, where it is installed, behind TLS on loopback. */
class DockerRegistryTest {
    @TempDir
    private Path directory;

    @Test
    void diskComesOutOfARealRegistry() throws Exception {
        // given
        var program = Stream.of(System.getenv("PATH").split(":"))
                .map(path -> Path.of(path, "docker-registry"))
                .filter(Files::isExecutable)
                .findFirst();
        assertThat(program).as("docker-registry").isPresent();
        certificate();
        var plain = freePort();
        var tls = freePort();
        var disk = TestNode.raw(directory.resolve("disk.img"), 3 << 20, 1);
        run("tar", "-C", directory.toString(), "-czf", path("layer.tgz"), "--transform", "s,^,disk/,", "disk.img");
        var filler = registry(program.get(), plain, "");
        push("http://127.0.0.1:" + plain, directory.resolve("layer.tgz"));
        filler.destroy();
        filler.waitFor();
        var registry = registry(
                program.get(), tls, "  tls: {certificate: %s, key: %s}\n".formatted(path("cert.pem"), path("key.pem")));
        var node = new TestNode(directory);
        var source = new ImageSource.Oci(
                OciReference.parse("127.0.0.1:%d/images/disk:v1".formatted(tls)),
                Optional.empty(),
                "amd64",
                Optional.of(Files.readString(directory.resolve("cert.pem"))),
                Optional.empty());
        // when
        try {
            var image = node.cache().get(TestNode.request("shop", source, ImageFormat.raw), _ -> {});
            // then
            assertThat(image.path()).hasSameBinaryContentAs(disk);
        } finally {
            registry.destroy();
            registry.waitFor();
        }
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void certificate() throws Exception {
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=registry",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                path("key.pem"),
                "-out",
                path("cert.pem"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process registry(Path program, int port, String tls) throws IOException {
        var config = Files.writeString(
                directory.resolve("registry-%d.yaml".formatted(port)), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http:
                  addr: 127.0.0.1:%d
                %s""".formatted(path("registry"), port, tls));
        var process = new ProcessBuilder(program.toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile())
                .start();
        Awaitility.await().ignoreExceptions().until(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
        return process;
    }

    private static void push(String registry, Path layer) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var digest = TestNode.checksum(layer);
            upload(http, registry, layer, digest.toString());
            var config = Files.writeString(layer.resolveSibling("config.json"), "{}");
            upload(http, registry, config, TestNode.checksum(config).toString());
            var type = "application/vnd.oci.image.manifest.v1+json";
            var manifest = """
                    {"schemaVersion": 2, "mediaType": "%s",
                     "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 2},
                     "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "%s", "size": %d}]}
                    """.formatted(type, TestNode.checksum(config), digest, Files.size(layer));
            expect(
                    201,
                    http,
                    HttpRequest.newBuilder(URI.create(registry + "/v2/images/disk/manifests/v1"))
                            .header("Content-Type", type)
                            .PUT(HttpRequest.BodyPublishers.ofString(manifest)));
        }
    }

    private static void upload(HttpClient http, String registry, Path file, String digest) throws Exception {
        var began = expect(
                202,
                http,
                HttpRequest.newBuilder(URI.create(registry + "/v2/images/disk/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody()));
        var location = began.headers().firstValue("Location").orElseThrow();
        expect(
                201,
                http,
                HttpRequest.newBuilder(URI.create(location + "&digest=" + digest))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(HttpRequest.BodyPublishers.ofFile(file)));
    }

    private static HttpResponse<String> expect(int status, HttpClient http, HttpRequest.Builder request)
            throws Exception {
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
