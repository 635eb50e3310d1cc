package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the operator's image, and that all of it is told. */
class ImageContentsE2E {
    private static final String BILL = "usr/share/sbom/meridian.cdx.json";

    private static Path repository;
    private static Path directory;
    private static OciArchive image;

    @BeforeAll
    static void unpack() throws IOException {
        repository = Path.of(Testbed.open().repository());
        directory = repository.resolve("e2e/target/image-contents");
        Testbed.run(List.of("rm", "-rf", directory.toString())).orFail();
        image = OciArchive.unpack(repository.resolve("deploy/image/target/meridian.tar"), directory.resolve("jib"));
    }

    @Test
    void billOfMaterialsNamesEachJarEachPackageAndTheRuntime() throws IOException {
        // when
        var bill = new ObjectMapper().readTree(image.root().resolve(BILL).toFile());

        // then
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(components(bill, purl -> purl.startsWith("pkg:maven/"))
                        .map(one -> one.path("name").asText() + "-"
                                + one.path("version").asText() + ".jar"))
                .as("jars")
                .containsExactlyInAnyOrderElementsOf(image.in("usr/lib/meridian/lib").stream()
                        .filter(jar -> !jar.equals("meridian-app.jar"))
                        .toList());
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("meridian-app");
        assertThat(components(bill, purl -> purl.startsWith("pkg:deb/"))
                        .map(one -> one.path("name").asText()))
                .as("Debian packages")
                .containsExactlyInAnyOrderElementsOf(image.in("var/lib/dpkg/status.d"));
        assertThat(components(bill, purl -> purl.startsWith("pkg:generic/openjdk@25")))
                .as("runtime")
                .hasSize(1);
        assertThat(components(bill, _ -> true).map(one -> one.path("bom-ref").asText()))
                .doesNotHaveDuplicates();
    }

    @Test
    void nobodyBecomesRootByItAndNothingIsOfTheMachineThatBuiltIt() throws IOException {
        // then
        assertThat(image.config().path("User").asText()).isEqualTo("65532:65532");
        assertThat(image.withMode("/6000")).as("setuid and setgid").isEmpty();
        assertThat(image.withMode("-0002")).as("writable by all").containsExactly("tmp");
        assertThat(image.has("etc/hostname")).isFalse();
        assertThat(image.has("etc/resolv.conf")).isFalse();
    }

    /** Slow: Debian is installed for it. */
    @Test
    @Tag("long")
    void dockerfileMakesTheSame() throws IOException {
        // given
        var target = repository.resolve("e2e/target/docker");
        Testbed.run(List.of(repository.resolve("e2e/docker.sh").toString(), target.toString()))
                .orFail();

        // when
        var made = OciArchive.unpack(target.resolve("meridian.tar"), directory.resolve("docker"));

        // then
        var differing = new TreeSet<>(made.files());
        differing.addAll(image.files());
        differing.removeIf(file -> made.files().contains(file) && image.files().contains(file));
        assertThat(differing).as("files of one of them alone").isEmpty();
        for (var field : List.of("User", "Env", "Entrypoint")) {
            assertThat(made.config().path(field))
                    .as(field)
                    .isEqualTo(image.config().path(field));
        }
        assertThat(made.config().at("/Labels/org.opencontainers.image.title"))
                .isEqualTo(image.config().at("/Labels/org.opencontainers.image.title"));
    }

    private static Stream<JsonNode> components(JsonNode bill, Predicate<String> ofPurl) {
        return StreamSupport.stream(bill.path("components").spliterator(), false)
                .filter(one -> ofPurl.test(one.path("purl").asText()));
    }
}
