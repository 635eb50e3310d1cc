package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The images of both architectures by their index in a registry, and arm64's by what QEMU runs of it here. Slow: {@code make images
 * ARCH=arm64} has to be made before.
 */
@Shared
@Tag("long")
class ImageIndexE2E implements ImageContents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path images;
    private static Path pulled;
    private static OciArchive image;

    @BeforeAll
    static void pushAndPull() throws IOException {
        var repository = Path.of(Testbed.open().repository());
        images = repository.resolve("deploy/image/target");
        pulled = repository.resolve("e2e/target/index");
        Testbed.run(List.of(repository.resolve("e2e/index.sh").toString(), pulled.toString()))
                .orFail();
        image = OciArchive.unpack(pulled.resolve("meridian-arm64.tar"), pulled.resolve("meridian-arm64"));
    }

    @Override
    public OciArchive image() {
        return image;
    }

    @Override
    public String architecture() {
        return "arm64";
    }

    @Override
    public String distribution() {
        return "debian-13";
    }

    @ParameterizedTest
    @CsvSource({"meridian, meridian", "meridian-reservation, reservation"})
    void indexNamesTheImageOfEachArchitecture(String name, String archive) throws IOException {
        // when
        var index = JSON.readTree(pulled.resolve(name + ".json").toFile());

        // then
        assertThat(StreamSupport.stream(index.path("manifests").spliterator(), false)
                        .collect(Collectors.toMap(
                                ImageIndexE2E::platform,
                                one -> one.path("digest").asText())))
                .isEqualTo(Map.of(
                        "linux/amd64", Files.readString(images.resolve(archive + ".digest")),
                        "linux/arm64", Files.readString(images.resolve("arm64/" + archive + ".digest"))));
    }

    @Test
    void bothIndexesAreToldWithTheirDigests() throws IOException {
        // then
        assertThat(Files.readAllLines(pulled.resolve("pushed")))
                .containsExactly(
                        "127.0.0.1:5000/meridian:1@sha256:" + OciArchive.sha256(pulled.resolve("meridian.json")),
                        "127.0.0.1:5000/meridian-reservation:1@sha256:"
                                + OciArchive.sha256(pulled.resolve("meridian-reservation.json")));
    }

    @Test
    void reservationSleepsOnArm64() throws IOException {
        // given
        var reservation = OciArchive.unpack(
                pulled.resolve("meridian-reservation-arm64.tar"), pulled.resolve("reservation-arm64"));

        // then
        assertThat(reservation.elfFiles()).isEqualTo(Map.of("bin/sleep", OciArchive.Machine.AARCH64));
        assertThat(emulated(reservation, "bin/sleep", "0").orFail()).isEmpty();
    }

    @Test
    void agentAndControllerSayTheirOptionsOnArm64() {
        // then
        assertThat(meridian("agent", "--help").orFail()).contains("Serves the machines of one node.");
        assertThat(meridian("controller", "--help").orFail()).contains("Usage: meridian controller");
    }

    @Test
    void javaRuntimeIsTheOneThatTheBillOfMaterialsNames() throws IOException {
        // then
        assertThat(java("-version").orFail()).contains("(build " + runtimeVersion() + ", mixed mode", "sharing)");
    }

    /** The library's driver for tests, which needs no daemon; the node's other troubles are this machine's. */
    @Test
    void libvirtsLibraryIsReachedFromJavaOnArm64() {
        // when
        var looked = meridian("doctor", "--node", "node-1", "--libvirt-uri", "test:///default", "--output", "json");

        // then
        assertThat(looked.output()).containsPattern("\"libvirt [0-9.]+ at test:///default answers\"");
    }

    @Test
    void programsOfTheImageFindTheirLibrariesOnArm64() {
        // then
        assertThat(emulated(image, "usr/bin/qemu-img", "--version").orFail()).startsWith("qemu-img version");
        assertThat(emulated(image, "usr/bin/virsh", "-c", "test:///default", "list", "--name")
                        .orFail())
                .isEqualTo("test");
        assertThat(emulated(image, "usr/bin/virt-admin", "--version").orFail()).isNotEmpty();
        assertThat(emulated(image, "usr/bin/busybox", "echo", "well").orFail()).isEqualTo("well");
    }

    private static String platform(JsonNode manifest) {
        var platform = manifest.path("platform");
        return platform.path("os").asText() + "/"
                + platform.path("architecture").asText();
    }

    @Override
    public Testbed.Said meridian(String... arguments) {
        var command = new ArrayList<>(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                image.root().resolve("usr/lib/meridian/lib/meridian-app.jar").toString()));
        command.addAll(List.of(arguments));
        return java(command.toArray(String[]::new));
    }

    /** With what of the launcher's flags the archive of the runtime's classes depends on, and with it or not at all. */
    private static Testbed.Said java(String... arguments) {
        var command = new ArrayList<>(
                List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:TieredStopAtLevel=1", "-Xshare:on"));
        command.addAll(List.of(arguments));
        return emulated(image, "usr/lib/meridian/runtime/bin/java", command.toArray(String[]::new));
    }

    private static Testbed.Said emulated(OciArchive image, String program, String... arguments) {
        var command = new ArrayList<>(List.of(
                "qemu-aarch64-static",
                "-cpu",
                "cortex-a72",
                "-L",
                image.root().toString(),
                image.root().resolve(program).toString()));
        command.addAll(List.of(arguments));
        return Testbed.run(command);
    }
}
