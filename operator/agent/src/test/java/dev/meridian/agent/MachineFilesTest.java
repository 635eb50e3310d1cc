package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.Moving.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of machines that migrations take and bring. */
class MachineFilesTest {
    private static final UUID MACHINE = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final Moving COMING = new Moving(Role.Coming, "migration-uid", "team-a", "web", null, false);
    private static final Moving GONE = new Moving(Role.Gone, "migration-uid", "team-a", "web", null, true);

    @TempDir
    private Path machines;

    private Path directory;
    private final AtomicInteger others = new AtomicInteger();

    @BeforeEach
    void fill() throws IOException {
        directory = machines.resolve(MACHINE.toString());
        Files.createDirectories(machines.resolve("an-administrators"));
        MachineFiles.mark(directory, COMING);
        Files.writeString(directory.resolve("data.qcow2"), "content");
    }

    @Test
    void noteIsReadAsItWasWrittenUntilItIsTakenAway() {
        assertThat(MachineFiles.moved(machines)).containsExactly(new MachineFiles.Moved(directory, MACHINE, COMING));

        MachineFiles.mark(directory, GONE);
        assertThat(MachineFiles.moving(directory)).contains(GONE);

        MachineFiles.keep(directory);
        assertThat(MachineFiles.moved(machines)).isEmpty();
        assertThat(directory.resolve("data.qcow2")).hasContent("content");
    }

    @Test
    void droppedFilesAreGoneWithWhatElseTheNodeKeeps() {
        MachineFiles.drop(directory, COMING, () -> false, others::incrementAndGet);

        assertThat(machines.toFile().list()).containsExactly("an-administrators");
        assertThat(others).hasValue(1);
    }

    @Test
    void filesOfAnotherNoteAndOfADomainAreLeftAlone() {
        MachineFiles.drop(directory, GONE, () -> false, others::incrementAndGet);
        MachineFiles.drop(directory, COMING, () -> true, others::incrementAndGet);

        assertThat(directory.resolve("data.qcow2")).hasContent("content");
        assertThat(others).hasValue(0);
    }

    /** It may have opened them by their names. */
    @Test
    void filesOfADomainThatCameMeanwhileAreBackUnderTheirNames() {
        var looks = new AtomicInteger();

        MachineFiles.drop(directory, COMING, () -> looks.incrementAndGet() > 1, others::incrementAndGet);

        assertThat(machines.toFile().list()).containsExactlyInAnyOrder("an-administrators", MACHINE.toString());
        assertThat(directory.resolve("data.qcow2")).hasContent("content");
        assertThat(others).hasValue(0);
    }

    @Test
    void whatACrashLeftIsFoundAgainAndGoes() throws IOException {
        // given
        var away = machines.resolve(MACHINE + ".dropped");
        Files.move(directory, away);

        // when
        var found = MachineFiles.moved(machines);
        found.forEach(
                moved -> MachineFiles.drop(moved.directory(), moved.moving(), () -> false, others::incrementAndGet));

        // then
        assertThat(found).isEqualTo(List.of(new MachineFiles.Moved(directory, MACHINE, COMING)));
        assertThat(away).doesNotExist();
        assertThat(others).hasValue(1);
    }
}
