package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRootTest {
    private @TempDir Path directory;
    private NodeRoot root;

    @BeforeEach
    void lay() throws IOException {
        root = new NodeRoot(directory);
        Files.createDirectories(directory.resolve("dev/disk/by-id"));
        Files.createDirectories(directory.resolve("pods/volumeDevices"));
        Files.createFile(directory.resolve("dev/loop0"));
    }

    @ParameterizedTest(name = "a link to {0} leads to {1}")
    @CsvSource({
        "/dev/loop0, dev/loop0",
        "../../dev/loop0, dev/loop0",
        "/dev/disk/by-id/one, dev/loop0",
        "/dev/none, dev/none",
    })
    void linkIsFollowedAsTheNodeFollowsIt(String target, String end) throws IOException {
        // given
        Files.createSymbolicLink(directory.resolve("dev/disk/by-id/one"), Path.of("../../loop0"));
        Files.createSymbolicLink(directory.resolve("pods/volumeDevices/claim"), Path.of(target));

        // when
        var found = root.follow(Path.of("/pods/volumeDevices/claim"));

        // then
        assertThat(found).isEqualTo(directory.resolve(end));
    }

    @Test
    void whatIsNoLinkIsItself() throws IOException {
        assertThat(root.follow(Path.of("/dev/loop0"))).isEqualTo(directory.resolve("dev/loop0"));
    }

    @Test
    void linksThatLeadNowhereEnd() throws IOException {
        // given
        Files.createSymbolicLink(directory.resolve("dev/a"), Path.of("b"));
        Files.createSymbolicLink(directory.resolve("dev/b"), Path.of("/dev/a"));

        // then
        assertThatThrownBy(() -> root.follow(Path.of("/dev/a"))).isInstanceOf(FileSystemLoopException.class);
    }
}
