package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
    private static final Kubeconfig.Flags NO_FLAGS = flags(Optional.empty(), Optional.empty());

    @TempDir
    private Path directory;

    @Test
    void firstFileThatHasANameCountsAndPathsAreBesideTheirFile() throws IOException {
        // given
        var one = write("one/config", """
                current-context: first
                contexts:
                - {name: first, context: {cluster: c, user: u, namespace: shop}}
                users:
                - {name: u, user: {client-certificate: certs/u.crt, client-key: /etc/u.key}}
                """);
        var two = write("two/config", """
                current-context: second
                contexts:
                - {name: first, context: {cluster: other, user: other}}
                clusters:
                - {name: c, cluster: {server: 'https://c:6443', certificate-authority: ca.crt}}
                """);

        // when
        var chosen = Kubeconfig.read(Optional.empty(), Map.of("KUBECONFIG", one + "::/nowhere:" + two))
                .choose(NO_FLAGS);

        // then
        assertThat(chosen.server()).contains("https://c:6443");
        assertThat(chosen.namespace()).contains("shop");
        assertThat(chosen.cluster().path("certificate-authority").asText())
                .isEqualTo(directory.resolve("two/ca.crt").toString());
        assertThat(chosen.user().path("client-certificate").asText())
                .isEqualTo(directory.resolve("one/certs/u.crt").toString());
        assertThat(chosen.user().path("client-key").asText()).isEqualTo("/etc/u.key");
    }

    @Test
    void flagsTakeThePlaceOfWhatTheFilesSay() throws IOException {
        // given
        var file = write("config", """
                contexts: [{name: a, context: {cluster: c, user: u, namespace: shop}}]
                clusters: [{name: c, cluster: {server: 'https://c', certificate-authority-data: AA}}]
                users: [{name: u, user: {client-certificate-data: AA, client-key-data: AA}}]
                """);

        // when
        var chosen = Kubeconfig.read(Optional.of(file.toString()), Map.of("KUBECONFIG", "/nowhere"))
                .choose(new Kubeconfig.Flags(
                        Optional.of("a"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("other"),
                        Optional.of("https://elsewhere"),
                        Optional.of("t"),
                        true));

        // then
        assertThat(chosen.namespace()).contains("other");
        assertThat(chosen.cluster())
                .hasToString("{\"server\":\"https://elsewhere\",\"insecure-skip-tls-verify\":true}");
        assertThat(chosen.user()).hasToString("{\"token\":\"t\"}");
    }

    @Test
    void whatIsNotThereIsSaidWithWhatIs() throws IOException {
        // given
        var file = write("config", """
                current-context: gone
                contexts: [{name: a, context: {cluster: c, user: u}}]
                """);
        var config = Kubeconfig.read(Optional.of(file.toString()), Map.of());

        // then
        assertThatThrownBy(() -> config.choose(NO_FLAGS))
                .hasMessage("error: context \"gone\" does not exist; the kubeconfig has a");
        assertThatThrownBy(() -> config.choose(flags(Optional.of("a"), Optional.empty())))
                .hasMessage("error: cluster \"c\" does not exist; the kubeconfig has none");
        assertThatThrownBy(() -> Kubeconfig.read(Optional.of("/nowhere"), Map.of()))
                .hasMessage("error: stat /nowhere: no such file or directory");
    }

    @Test
    void textThatIsNoKubeconfigIsRefusedWithItsFile() throws IOException {
        // given
        var broken = write("broken", "a: [");
        var text = write("text", "hello");

        // then
        assertThatThrownBy(() -> Kubeconfig.read(Optional.of(broken.toString()), Map.of()))
                .hasMessageStartingWith("error: config file \"%s\" is no YAML: ".formatted(broken));
        assertThatThrownBy(() -> Kubeconfig.read(Optional.of(text.toString()), Map.of()))
                .hasMessage("error: config file \"%s\" is no kubeconfig: it has no fields", text);
    }

    private static Kubeconfig.Flags flags(Optional<String> context, Optional<String> cluster) {
        return new Kubeconfig.Flags(
                context, cluster, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    private Path write(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.createDirectories(directory.resolve(name).resolve("..").normalize());
        return Files.writeString(file, text);
    }
}
