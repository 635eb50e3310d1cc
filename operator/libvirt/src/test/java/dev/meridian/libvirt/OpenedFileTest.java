package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedFileTest {
    @TempDir
    Path directory;

    @Test
    void madeFileIsItsOwnersAloneAndGrowsAndNeverShrinks() throws IOException {
        // given
        var file = directory.resolve("disk.img");
        // when
        try (var opened = OpenedFile.make(directory, "disk.img")) {
            opened.growTo(1 << 20);
            opened.growTo(1 << 10);
        }
        // then
        assertThat(Files.size(file)).isEqualTo(1 << 20);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void fileThatIsThereIsOpenedAsItIs() throws IOException {
        // given
        var file = Files.writeString(directory.resolve("disk.img"), "content");
        // when
        try (var opened = OpenedFile.make(directory, "disk.img")) {
            opened.growTo(4);
        }
        // then
        assertThat(file).hasContent("content");
    }

    @Test
    void linkIsNotFollowed() throws IOException {
        // given
        var target = Files.writeString(directory.resolve("target"), "of the node");
        Files.createSymbolicLink(directory.resolve("disk.img"), target);
        // then
        assertThatThrownBy(() -> OpenedFile.open(directory, "disk.img", true)).isInstanceOf(OpenedFile.LinkFound.class);
        assertThatThrownBy(() -> OpenedFile.make(directory, "disk.img")).isInstanceOf(OpenedFile.LinkFound.class);
    }

    @Test
    void linkOnTheWayAndTheWayUpwardsLeadNowhere() throws IOException {
        // given
        var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("disk.img"), "of another tenant");
        var root = Files.createDirectory(directory.resolve("root"));
        Files.createSymbolicLink(root.resolve("meridian"), elsewhere);
        // then
        assertThatThrownBy(() -> OpenedFile.open(root, "meridian/disk.img", true))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> OpenedFile.find(root, "meridian/disk.img")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> OpenedFile.find(root, "../elsewhere/disk.img")).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsFoundCanBeLookedAt() throws IOException {
        // given
        Files.createDirectories(directory.resolve("a/b"));
        // when
        try (var found = OpenedFile.find(directory, "a/b")) {
            // then
            assertThat(found.path()).isDirectory();
            assertThat(found.usableBytes())
                    .isBetween(1L, Files.getFileStore(directory).getTotalSpace());
        }
        assertThatThrownBy(() -> OpenedFile.find(directory, "a/c")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void linkToNothingMakesNothing() throws IOException {
        // given
        var target = directory.resolve("target");
        Files.createSymbolicLink(directory.resolve("disk.img"), target);
        // then
        assertThatThrownBy(() -> OpenedFile.make(directory, "disk.img")).isInstanceOf(IOException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void whatWouldWaitOrIsNoFileIsRefusedAtOnce() throws Exception {
        // given
        var fifo = directory.resolve("disk.img");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        // then
        assertThatThrownBy(() -> OpenedFile.open(directory, "disk.img", true))
                .hasMessageContaining("is no regular file");
        assertThatThrownBy(() -> OpenedFile.open(directory, ".", false)).hasMessageContaining("is no regular file");
    }
}
