package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real namespace, made by ip(8), with an interface that is nowhere else. */
class NetworkNamespaceTest {
    private final String name = "mdn-" + UUID.randomUUID().toString().substring(0, 8);
    private final NetworkNamespace namespace = new NetworkNamespace(Path.of("/run/netns", name));

    @BeforeEach
    void make() throws IOException, InterruptedException {
        ip("netns", "add", name);
        ip("-netns", name, "link", "add", "only-there", "type", "veth", "peer", "name", "its-peer");
    }

    @AfterEach
    void remove() throws IOException, InterruptedException {
        ip("netns", "del", name);
    }

    @Test
    void whatIsInItIsSeenThereAlone() throws IOException {
        // when
        var there = namespace.see(NetworkNamespaceTest::links);

        // then
        assertThat(there).contains("only-there");
        assertThat(links()).doesNotContain("only-there");
    }

    @Test
    void whatFailsInItFailsHere() {
        assertThatThrownBy(() -> namespace.see(() -> {
                    throw new UncheckedIOException(new IOException("not to be read"));
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("not to be read");
    }

    @Test
    void noneIsSaidByItsFile() {
        assertThatThrownBy(() -> new NetworkNamespace(Path.of("/run/netns/none-such")).see(() -> "never"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/run/netns/none-such");
    }

    private static String links() {
        try {
            return Files.readString(Path.of("/proc/thread-self/net/dev"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
