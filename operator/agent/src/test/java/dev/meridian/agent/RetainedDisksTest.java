package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.api.v1alpha1.RetainedDisk;
import dev.meridian.domain.machine.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that outlive their machines. */
class RetainedDisksTest {
    private static final Identity WEB =
            new Identity("shop", "web", UUID.fromString("22222222-2222-4222-8222-222222222222"));
    private static final Identity NEXT =
            new Identity("shop", "next", UUID.fromString("44444444-4444-4444-8444-444444444444"));

    @TempDir
    Path state = Path.of("/");

    private final Map<String, String> namespaces = new HashMap<>(Map.of("shop", "uid-1", "bank", "uid-2"));
    private RetainedDisks disks = retained();
    private Path web = Path.of("/");

    @BeforeEach
    void lay() throws IOException {
        disks = retained();
        web = Files.createDirectories(state.resolve("machines/web"));
        for (var file : List.of("root_0a1b.qcow2", "root.qcow2", "root-2.qcow2", "scratch.qcow2")) {
            Files.writeString(web.resolve(file), file);
        }
    }

    private RetainedDisks retained() {
        return new RetainedDisks(
                state.resolve("retained"),
                name -> Optional.ofNullable(namespaces.get(name)),
                InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.5Z")),
                () -> {});
    }

    @Test
    void filesOfMarkedDisksAreKeptAndNoOthers() {
        // given
        disks.mark(WEB, web, List.of("root", "scratch"), List.of());
        disks.mark(WEB, web, List.of(), List.of("scratch"));
        // when
        disks.keep(WEB, web);
        // then
        assertThat(disks.list())
                .extracting(RetainedDisk::disk, RetainedDisk::machine, RetainedDisk::retainedAt)
                .containsOnly(tuple("root", "web", "2026-03-01T12:00:00Z"))
                .hasSize(2);
        assertThat(disks.list()).extracting(RetainedDisk::name).allMatch(name -> name.startsWith("web-root-"));
        assertThat(web.resolve("scratch.qcow2")).exists();
        assertThat(web.resolve("root-2.qcow2")).exists();
        assertThat(web.resolve("root.qcow2")).doesNotExist();
    }

    @Test
    void doneAgainItKeepsWhatACrashLeft() {
        // given
        disks.mark(WEB, web, List.of("root"), List.of());
        disks.keep(WEB, web);
        var before = disks.list();
        // when
        disks.keep(WEB, web);
        MachineFiles.remove(web);
        // then
        assertThat(disks.list()).isEqualTo(before);
    }

    @Test
    void nothingIsKeptInPlaceOfAnother() throws IOException {
        // given
        disks.mark(WEB, web, List.of("root"), List.of());
        disks.keep(WEB, web);
        Files.writeString(web.resolve("root.qcow2"), "another");
        // when, then
        assertThatThrownBy(() -> disks.keep(WEB, web))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(web.resolve("root.qcow2")).hasContent("another");
    }

    @Test
    void diskThatAMachineTakesIsNoOthersAndComesBackUnderItsName() {
        // given
        disks.mark(WEB, web, List.of("scratch"), List.of());
        disks.keep(WEB, web);
        var name = disks.list().getFirst().name();
        var next = state.resolve("machines/next");
        var file = next.resolve("data__" + name + ".qcow2");
        // when
        disks.adopt(NEXT, disks.find("shop", name).orElseThrow(), file);
        // then
        assertThat(file).hasContent("scratch.qcow2");
        assertThat(disks.find("shop", name)).isEmpty();
        assertThat(disks.list()).isEmpty();
        assertThat(RetainedDisks.marked(next)).containsExactly("data");
        // when
        disks.keep(NEXT, next);
        // then
        assertThat(disks.find("shop", name)).isPresent();
        assertThat(disks.list()).extracting(RetainedDisk::machine).containsExactly("next");
    }

    @Test
    void namespaceMadeAnewIsAnother() {
        // given
        disks.mark(WEB, web, List.of("scratch"), List.of());
        disks.keep(WEB, web);
        var name = disks.list().getFirst().name();
        // when
        namespaces.put("shop", "uid-3");
        // then
        assertThat(disks.find("shop", name)).isEmpty();
        assertThat(disks.find("bank", name)).isEmpty();
        assertThat(disks.find("gone", name)).isEmpty();
        assertThat(disks.list()).hasSize(1);
    }

    @Test
    void whatAnAdministratorPutsThereIsFound() throws IOException {
        // given
        var home = Files.createDirectories(state.resolve("retained/shop_uid-1/from-elsewhere"));
        Files.writeString(home.resolve("disk.qcow2"), "disk");
        // when, then
        assertThat(disks.find("shop", "from-elsewhere")).isPresent();
        assertThat(disks.list().getFirst().retainedAt()).isNull();
    }
}
