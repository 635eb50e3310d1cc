package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the operator's image is to be on each architecture. */
interface ImageContents {
    /** The image, unpacked. */
    OciArchive image();

    /** Debian's name of the architecture. */
    String architecture();

    /** The Debian that it is of, as URLs of packages name it. */
    String distribution();

    /** Its command {@code meridian}, run here. */
    Testbed.Said meridian(String... arguments);

    @Test
    default void commandsSayTheImagesVersion() {
        // given
        var version = "meridian "
                + image().config()
                        .at("/Labels/org.opencontainers.image.version")
                        .asText();

        // then
        assertThat(meridian("--version").orFail()).isEqualTo(version);
        assertThat(meridian("agent", "--version").orFail()).isEqualTo(version);
    }

    @Test
    default void billOfMaterialsNamesEachJarEachPackageAndTheRuntime() throws IOException {
        // when
        var bill = billOfMaterials();

        // then
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(components(bill, purl -> purl.startsWith("pkg:maven/"))
                        .map(one -> one.path("name").asText() + "-"
                                + one.path("version").asText() + ".jar"))
                .as("jars")
                .containsExactlyInAnyOrderElementsOf(image().in("usr/lib/meridian/lib").stream()
                        .filter(jar -> !jar.equals("meridian-app.jar"))
                        .toList());
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("meridian-app");
        assertThat(components(bill, purl -> purl.startsWith("pkg:deb/"))
                        .map(one -> one.path("name").asText()))
                .as("Debian packages")
                .containsExactlyInAnyOrderElementsOf(image().in("var/lib/dpkg/status.d"));
        assertThat(components(bill, purl -> purl.startsWith("pkg:deb/"))
                        .map(one -> one.path("purl").asText()))
                .as("where they are of")
                .allMatch(
                        purl -> purl.matches(".*\\?arch=(all|%s)&distro=%s".formatted(architecture(), distribution())));
        assertThat(components(bill, purl -> purl.startsWith("pkg:generic/openjdk@25")))
                .as("runtime")
                .hasSize(1);
        assertThat(components(bill, _ -> true).map(one -> one.path("bom-ref").asText()))
                .doesNotHaveDuplicates();
    }

    @Test
    default void nobodyBecomesRootByItAndNothingIsOfTheMachineThatBuiltIt() throws IOException {
        // then
        assertThat(image().config().path("User").asText()).isEqualTo("65532:65532");
        assertThat(image().withMode("/6000")).as("setuid and setgid").isEmpty();
        assertThat(image().withMode("-0002")).as("writable by all").containsExactly("tmp");
        assertThat(image().has("etc/hostname")).isFalse();
        assertThat(image().has("etc/resolv.conf")).isFalse();
    }

    @Test
    default void allThatTheMachineRunsIsOfItsArchitecture() throws IOException {
        // when
        var programs = image().elfFiles();

        // then
        assertThat(programs.keySet())
                .contains(
                        "usr/lib/meridian/runtime/bin/java",
                        "usr/lib/meridian/runtime/lib/server/libjvm.so",
                        "usr/bin/qemu-img",
                        "usr/bin/virsh",
                        "usr/bin/virt-admin")
                .anyMatch(file -> file.matches("usr/lib/[^/]+/libvirt\\.so\\.0\\..*"))
                .anyMatch(file -> file.endsWith("bin/busybox"));
        assertThat(programs.values()).containsOnly(OciArchive.Machine.of(architecture()));
    }

    /** The version of the Java runtime, as the bill of materials has it. */
    default String runtimeVersion() throws IOException {
        return components(billOfMaterials(), purl -> purl.startsWith("pkg:generic/openjdk@"))
                .map(one -> one.path("version").asText())
                .findFirst()
                .orElseThrow();
    }

    private JsonNode billOfMaterials() throws IOException {
        return new ObjectMapper()
                .readTree(image().root()
                        .resolve("usr/share/sbom/meridian.cdx.json")
                        .toFile());
    }

    private static Stream<JsonNode> components(JsonNode bill, Predicate<String> ofPurl) {
        return StreamSupport.stream(bill.path("components").spliterator(), false)
                .filter(one -> ofPurl.test(one.path("purl").asText()));
    }
}
