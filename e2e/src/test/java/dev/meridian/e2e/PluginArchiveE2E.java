package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What make plugin gives to people: the archive, unpacked as krew does it, and krew's manifest. */
@Shared
class PluginArchiveE2E {
    @TempDir
    private Path directory;

    private Path archive;
    private JsonNode manifest;

    @BeforeEach
    void open() throws IOException {
        var target = Plugin.directory(Testbed.open()).resolveSibling("");
        archive = target.resolve("kubectl-meridian-linux-amd64.tar.gz");
        assertThat(archive).as("run 'make plugin' first").exists();
        manifest = new YAMLMapper().readTree(target.resolve("meridian.yaml").toFile());
    }

    /** The rules of krew's own validation: apiVersion, kind, a safe name, a semantic version, a platform with all fields. */
    @Test
    void manifestOfKrewIsOfThisArchive() throws IOException, NoSuchAlgorithmException {
        // then
        assertThat(manifest.path("apiVersion").asText()).isEqualTo("krew.googlecontainertools.github.com/v1alpha2");
        assertThat(manifest.path("kind").asText()).isEqualTo("Plugin");
        assertThat(manifest.at("/metadata/name").asText()).isEqualTo("meridian");
        var spec = manifest.path("spec");
        assertThat(spec.path("version").asText()).matches("v\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?");
        assertThat(spec.path("shortDescription").asText()).hasSizeBetween(1, 50).doesNotEndWith(".");
        assertThat(spec.path("description").asText()).isNotBlank();
        assertThat(spec.path("homepage").asText()).startsWith("https://");
        var platform = spec.path("platforms").path(0);
        assertThat(platform.at("/selector/matchLabels")).hasToString("{\"os\":\"linux\",\"arch\":\"amd64\"}");
        assertThat(platform.path("uri").asText()).matches("https://.*\\.tar\\.gz");
        assertThat(platform.path("sha256").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive))));
        var files = Testbed.run(List.of("tar", "-tzf", archive.toString()))
                .orFail()
                .lines()
                .toList();
        assertThat(files)
                .contains(
                        platform.path("bin").asText(),
                        "kubectl-meridian/LICENSE",
                        "kubectl-meridian/bin/kubectl_complete-meridian",
                        "kubectl-meridian/lib/kubectl-meridian.aot");
    }

    /** Krew gives each file the time at which it unpacks it, and links the program elsewhere. */
    @Test
    void unpackedPluginUsesItsCacheWhateverTimesItsFilesHave() throws IOException {
        // given
        Testbed.run(List.of("tar", "-xzmf", archive.toString(), "-C", directory.toString()))
                .orFail();
        var link = Files.createSymbolicLink(
                directory.resolve("kubectl-meridian-link"),
                directory.resolve(manifest.at("/spec/platforms/0/bin").asText()));

        // when
        var said = run(link, "version", "--client").orFail();

        // then
        assertThat(said).isEqualTo("Client:     " + manifest.at("/spec/version").asText());
        assertThat(sourceOfMain(link)).contains("shared objects file");
    }

    @Test
    void cacheThatDoesNotFitIsNotUsedAndNothingIsSaidOfIt() throws IOException {
        // given
        Testbed.run(List.of("tar", "-xzf", archive.toString(), "-C", directory.toString()))
                .orFail();
        var program = directory.resolve("kubectl-meridian/bin/kubectl-meridian");
        run(program, "version", "--client").orFail();
        Testbed.run(List.of(
                        "touch",
                        directory
                                .resolve("kubectl-meridian/lib/kubectl-meridian.jar")
                                .toString()))
                .orFail();

        // when
        var other = run(program, "create", "web");
        Files.writeString(directory.resolve("kubectl-meridian/lib/kubectl-meridian.aot"), "nonsense");
        var broken = run(program, "create", "web");

        // then
        assertThat(sourceOfMain(program)).doesNotContain("shared objects file");
        assertThat(other.orFail()).startsWith("apiVersion: meridian.dev/v1alpha1\n");
        assertThat(broken.orFail()).isEqualTo(other.output());
    }

    private static Testbed.Said run(Path program, String... arguments) {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return Testbed.run(command);
    }

    /** Where the JVM has it from, in its own words. */
    private static String sourceOfMain(Path program) {
        return Testbed.run(
                        List.of("env", "MERIDIAN_JVM_ARGS=-Xlog:class+load", program.toString(), "version", "--client"))
                .orFail()
                .lines()
                .filter(line -> line.contains(" dev.meridian.cli.Json ") || line.contains(" dev.meridian.cli.Program "))
                .findFirst()
                .orElseThrow();
    }
}
