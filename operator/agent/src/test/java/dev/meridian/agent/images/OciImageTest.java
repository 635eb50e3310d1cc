package dev.meridian.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.image.OciReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that speaks the distribution API as far as it is asked; DockerRegistryTest asks Docker's own. */
class OciImageTest {
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    private static final String GZIP = TAR + "+gzip";

    @TempDir
    private static Path keys;

    @TempDir
    private Path directory;

    private TestServer server;
    private TestNode node;
    private final Map<String, Path> served = new HashMap<>();

    @BeforeAll
    static void qemuImgIsThere() {
        assertThat(Path.of("/usr/bin/qemu-img")).isExecutable();
    }

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(keys);
        node = new TestNode(directory);
        server.on("/v2/images/disk/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            var file = served.get(path.substring("/v2/images/disk/".length()));
            if (file == null) {
                TestServer.status(exchange, 404);
            } else {
                TestServer.answer(exchange, file, "\"" + file + "\"", Long.MAX_VALUE);
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path disk() throws IOException {
        return TestNode.raw(directory.resolve("disk.img"), 3 << 20, 1);
    }

    private Path tar(String name, String... arguments) throws Exception {
        var file = directory.resolve(name);
        var create = name.endsWith("z") ? "-czf" : "-cf";
        var command = new ArrayList<>(List.of("tar", "-C", directory.toString(), create, file.toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return file;
    }

    /** A layer of the image: {@code {}} in a manifest's text. */
    private String layer(String mediaType, Path file, String more) throws IOException {
        var digest = TestNode.checksum(file);
        served.put("blobs/" + digest, file);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
                .formatted(mediaType, digest, Files.size(file), more);
    }

    private Checksum manifest(String name, String... layers) throws IOException {
        return put(name, "{\"schemaVersion\":2,\"layers\":[" + String.join(",", layers) + "]}");
    }

    private Checksum put(String name, String manifest) throws IOException {
        var file = Files.writeString(directory.resolve("manifest-" + name), manifest);
        var digest = TestNode.checksum(file);
        served.put("manifests/" + name, file);
        served.put("manifests/" + digest, file);
        return digest;
    }

    private ImageRequest request(String namespace, String reference, Optional<String> path) {
        return TestNode.request(
                namespace,
                new ImageSource.Oci(
                        OciReference.parse("127.0.0.1:%d/images/disk%s".formatted(server.port(), reference)),
                        path,
                        "amd64",
                        Optional.of(server.certificate()),
                        Optional.empty()),
                ImageFormat.raw);
    }

    private CachedImage get(String reference) throws Exception {
        return node.cache().get(request("shop", reference, Optional.empty()), _ -> {});
    }

    private String refusal(String reference) throws Exception {
        return TestNode.problem(node.cache(), request("shop", reference, Optional.empty()))
                .message();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "z"})
    void diskOfAContainerImageIsTakenOutOfItsLayer(String compress) throws Exception {
        // given
        var disk = disk();
        var layer = tar("layer.tar" + compress, "--transform", "s,^,disk/,", "disk.img");
        manifest("v1", layer(compress.isEmpty() ? TAR : GZIP, layer, ""));
        // when
        var image = get(":v1");
        // then
        assertThat(image.path()).hasSameBinaryContentAs(disk);
        assertThat(image.digest()).isEqualTo(TestNode.checksum(disk));
        assertThat(directory.resolve("cache/partial")).isEmptyDirectory();
    }

    @Test
    void lastLayerThatHasTheFileCounts() throws Exception {
        // given
        var disk = disk();
        var newer = tar("newer.tar", "--transform", "s,^,disk/,", "disk.img");
        TestNode.raw(disk, 1 << 20, 9);
        var older = tar("older.tar", "--transform", "s,^,disk/,", "disk.img");
        disk();
        Files.createDirectories(directory.resolve("etc"));
        var other = tar("other.tar", "etc");
        manifest("v1", layer(TAR, older, ""), layer(TAR, newer, ""), layer(TAR, other, ""));
        // when, then
        assertThat(get(":v1").path()).hasSameBinaryContentAs(disk);
    }

    @Test
    void artifactIsItsOnlyLayer() throws Exception {
        // given
        var disk = disk();
        manifest("v1", layer("application/octet-stream", disk, ""));
        // when, then
        assertThat(get(":v1").path()).hasSameBinaryContentAs(disk);
    }

    @Test
    void fileOfAnArtifactIsNamedByItsTitle() throws Exception {
        // given
        var disk = disk();
        var other = TestNode.raw(directory.resolve("other"), 1 << 20, 4);
        var title = ",\"annotations\":{\"org.opencontainers.image.title\":\"%s\"}";
        manifest(
                "v1",
                layer("application/octet-stream", other, title.formatted("other")),
                layer("application/octet-stream", disk, title.formatted("disk.img")));
        // when
        var unnamed = refusal(":v1");
        var image = node.cache().get(request("shop", ":v1", Optional.of("disk.img")), _ -> {});
        // then
        assertThat(unnamed).isEqualTo("spec.oci.reference: the image has 2 files, not one; name it in spec.oci.path");
        assertThat(image.path()).hasSameBinaryContentAs(disk);
    }

    @Test
    void indexGivesTheNodesArchitecture() throws Exception {
        // given
        var disk = disk();
        var amd = manifest("amd", layer("application/octet-stream", disk, ""));
        var arm =
                manifest("arm", layer("application/octet-stream", Files.writeString(directory.resolve("a"), "a"), ""));
        var entry = "{\"digest\":\"%s\",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}";
        put("v1", "{\"manifests\":[%s,%s]}".formatted(entry.formatted(arm, "arm64"), entry.formatted(amd, "amd64")));
        put("v2", "{\"manifests\":[%s]}".formatted(entry.formatted(arm, "arm64")));
        // when, then
        assertThat(get(":v1").path()).hasSameBinaryContentAs(disk);
        assertThat(refusal(":v2")).contains("has no variant for amd64, only arm64; name one in spec.oci.architecture");
    }

    @Test
    void linkInPlaceOfTheFileIsRefused() throws Exception {
        // given
        Files.createDirectories(directory.resolve("disk"));
        Files.createSymbolicLink(directory.resolve("disk/disk.img"), Path.of("../secret"));
        var layer = tar("layer.tar", "disk");
        manifest("v1", layer(TAR, layer, ""));
        // when, then
        assertThat(refusal(":v1")).contains("has a link at disk/disk.img; links are not followed");
    }

    @Test
    void twoFilesAreNotChosenFrom() throws Exception {
        // given
        disk();
        TestNode.raw(directory.resolve("other.img"), 1 << 20, 2);
        var layer = tar("layer.tar", "--transform", "s,^,disk/,", "disk.img", "other.img");
        manifest("v1", layer(TAR, layer, ""));
        // when, then
        assertThat(refusal(":v1")).contains("has two files in disk/; name one in spec.oci.path");
        assertThat(node.cache()
                        .get(request("shop", ":v1", Optional.of("disk/other.img")), _ -> {})
                        .path())
                .hasSameBinaryContentAs(directory.resolve("other.img"));
    }

    @Test
    void layerThatIsAnotherIsRefused() throws Exception {
        // given
        var disk = disk();
        manifest("v1", layer("application/octet-stream", disk, ""));
        TestNode.raw(disk, 3 << 20, 77);
        // when, then
        assertThat(refusal(":v1")).contains("push it anew");
    }

    @Test
    void manifestThatIsAnotherIsRefused() throws Exception {
        // given
        manifest("v1", layer("application/octet-stream", disk(), ""));
        served.put("manifests/sha256:" + "0".repeat(64), directory.resolve("manifest-v1"));
        // when, then
        assertThat(refusal("@sha256:" + "0".repeat(64))).contains("gives a manifest of digest");
    }

    @Test
    void tagIsAskedForAnewAndItsLayerNotFetchedAgain() throws Exception {
        // given
        manifest("v1", layer("application/octet-stream", disk(), ""));
        var cache = node.cache();
        var first = cache.get(request("shop", ":v1", Optional.empty()), _ -> {});
        // when
        var again = cache.get(request("shop", ":v1", Optional.empty()), _ -> {});
        // then
        assertThat(again).isEqualTo(first);
        assertThat(server.asked.stream().filter(a -> a.path().contains("/blobs/")))
                .hasSize(1);
        assertThat(server.count("/v2/images/disk/manifests/v1")).isEqualTo(2);
    }

    @Test
    void digestIsNotAskedForAgainByTheSameObject() throws Exception {
        // given
        var digest = manifest("v1", layer("application/octet-stream", disk(), ""));
        var cache = node.cache();
        cache.get(request("shop", "@" + digest, Optional.empty()), _ -> {});
        var asked = server.asked.size();
        // when
        cache.get(request("shop", "@" + digest, Optional.empty()), _ -> {});
        // then
        assertThat(server.asked).hasSize(asked);
    }

    @Test
    void tokenIsFetchedWithTheSecretsCredentials() throws Exception {
        // given
        var disk = disk();
        manifest("v1", layer("application/octet-stream", disk, ""));
        var basic = "Basic " + Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
        server.on("/token", exchange -> {
            var query = List.of(exchange.getRequestURI().getQuery().split("&", -1));
            if (!TestServer.hasCredentials(exchange, basic)
                    || !query.containsAll(List.of("service=test", "scope=pull"))) {
                TestServer.status(exchange, 401);
                return;
            }
            var token = "{\"token\":\"secret\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, token.length);
            exchange.getResponseBody().write(token);
        });
        server.on("/v2/images/private/", exchange -> {
            var name = exchange.getRequestURI().getPath().substring("/v2/images/private/".length());
            if (!TestServer.hasCredentials(exchange, "Bearer secret")) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer realm=\"%s\",service=\"test\",scope=\"pull\"".formatted(server.url("/token")));
                TestServer.status(exchange, 401);
                return;
            }
            TestServer.answer(exchange, Objects.requireNonNull(served.get(name)), "\"a\"", Long.MAX_VALUE);
        });
        node.secret(
                "shop",
                "pull",
                ".dockerconfigjson",
                "{\"auths\":{\"127.0.0.1:%d\":{\"auth\":\"%s\"}}}"
                        .formatted(server.port(), basic.substring("Basic ".length())));
        var source = new ImageSource.Oci(
                OciReference.parse("127.0.0.1:%d/images/private:v1".formatted(server.port())),
                Optional.empty(),
                "amd64",
                Optional.of(server.certificate()),
                Optional.of(new SecretName("shop", "pull")));
        var stranger =
                new ImageSource.Oci(source.reference(), Optional.empty(), "amd64", source.caBundle(), Optional.empty());
        // when
        var image = node.cache().get(TestNode.request("shop", source, ImageFormat.raw), _ -> {});
        var problem = TestNode.problem(node.cache(), TestNode.request("thief", stranger, ImageFormat.raw));
        // then
        assertThat(image.path()).hasSameBinaryContentAs(disk);
        assertThat(problem.reason()).isEqualTo("Unauthorized");
    }
}
