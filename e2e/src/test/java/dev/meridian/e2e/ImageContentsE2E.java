package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the operator's image, and that all of it is told. */
class ImageContentsE2E implements ImageContents {
    private static Path repository;
    private static Path directory;
    private static OciArchive image;

    @BeforeAll
    static void unpack() throws IOException {
        repository = Path.of(Testbed.open().repository());
        directory = repository.resolve("e2e/target/image-contents");
        Testbed.run(List.of("rm", "-rf", directory.toString())).orFail();
        image = OciArchive.unpack(repository.resolve("deploy/image/target/meridian.tar"), directory.resolve("jib"));
    }

    @Override
    public OciArchive image() {
        return image;
    }

    @Override
    public String architecture() {
        return "amd64";
    }

    @Override
    public String distribution() {
        return "debian-12";
    }

    @Override
    public Testbed.Said meridian(String... arguments) {
        var command = new ArrayList<>(
                List.of(image.root().resolve("usr/lib/meridian/bin/meridian").toString()));
        command.addAll(List.of(arguments));
        return Testbed.run(command);
    }

    /** Slow: Debian is installed for it. */
    @Test
    @Tag("long")
    void dockerfileMakesTheSame() throws IOException {
        // given
        var target = repository.resolve("e2e/target/docker");
        Testbed.run(List.of(repository.resolve("e2e/docker.sh").toString(), target.toString()))
                .orFail();

        // when
        var made = OciArchive.unpack(target.resolve("meridian.tar"), directory.resolve("docker"));

        // then
        var differing = new TreeSet<>(made.files());
        differing.addAll(image.files());
        differing.removeIf(file -> made.files().contains(file) && image.files().contains(file));
        assertThat(differing).as("files of one of them alone").isEmpty();
        for (var field : List.of("User", "Env", "Entrypoint")) {
            assertThat(made.config().path(field))
                    .as(field)
                    .isEqualTo(image.config().path(field));
        }
        assertThat(made.config().at("/Labels/org.opencontainers.image.title"))
                .isEqualTo(image.config().at("/Labels/org.opencontainers.image.title"));
    }
}
