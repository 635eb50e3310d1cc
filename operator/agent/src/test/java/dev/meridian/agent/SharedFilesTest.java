package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.domain.plan.PassedFile;
import dev.meridian.domain.plan.SharedFile;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other node is another opening here. */
class SharedFilesTest {
    private static final long MARK = (1L << 62) + 17;

    @TempDir
    private Path directory;

    private OpenedFile guests;

    @BeforeEach
    void make() throws IOException {
        Files.write(directory.resolve("disk.img"), new byte[512]);
        guests = open("disk.img", true);
    }

    @Test
    void fileThatTheOtherNodeHasOpenIsTheGuests() throws IOException {
        // given
        try (var there = open("disk.img", true)) {
            there.lock(MARK);

            // then
            assertThatCode(() -> SharedFiles.require(List.of(shared(true)), Set.of(guests.key()), "node-2"))
                    .doesNotThrowAnyException();
            assertThat(directory.resolve("disk.img")).hasBinaryContent(new byte[512]);
        }
        assertRefused("node node-2 does not have the guest's file open");
    }

    @Test
    void fileThatIsOnlyReadIsTheGuestsAsWell() throws IOException {
        try (var there = open("disk.img", false)) {
            there.lock(MARK);

            assertThatCode(() -> SharedFiles.require(List.of(shared(false)), Set.of(guests.key()), "node-2"))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anotherFileAnotherLockAndALockOfTheWholeFileAreNoProof() throws IOException {
        // given
        Files.write(directory.resolve("other.img"), new byte[512]);

        // then
        try (var there = open("other.img", true)) {
            there.lock(MARK);
            assertRefused("node node-2 does not have the guest's file open");
        }
        try (var there = open("disk.img", true)) {
            there.lock(MARK - 1);
            there.lock(MARK + 1);
            assertRefused("node node-2 does not have the guest's file open");
            there.lock(MARK);
            assertRefused("node node-2 does not have the guest's file open"); // three bytes are one lock
        }
    }

    /** Whoever has the claim may put another file in its place, which the other node then has as well. */
    @Test
    void fileThatWasReplacedWhileTheGuestRunsIsNotTheGuests() throws IOException {
        // given
        Files.delete(directory.resolve("disk.img"));
        Files.write(directory.resolve("disk.img"), new byte[512]);

        // then
        try (var there = open("disk.img", true)) {
            there.lock(MARK);
            assertRefused("somebody has put another in its place");
        }
    }

    @Test
    void linkIsNotFollowed() throws IOException {
        // given
        Files.move(directory.resolve("disk.img"), directory.resolve("elsewhere.img"));
        Files.createSymbolicLink(directory.resolve("disk.img"), Path.of("elsewhere.img"));

        // then
        assertRefused("leads through a link");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> SharedFiles.require(List.of(shared(true)), Set.of(guests.key()), "node-2"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(why);
    }

    private OpenedFile open(String name, boolean write) throws IOException {
        return OpenedFile.open(directory, name, write);
    }

    private SharedFile shared(boolean write) {
        return new SharedFile(
                "data", new PassedFile("ua-disk-data", new Beneath(directory.toString(), "disk.img"), write), MARK);
    }
}
