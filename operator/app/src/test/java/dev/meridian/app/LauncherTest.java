package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With which flags the script starts a Java runtime, in whose place another says what it is given. */
class LauncherTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({"agent, true", "controller, true", "guard, false"})
    void processWithoutMemoryEndsWhereNoGuestEndsWithIt(String process, boolean ends) throws Exception {
        // given
        executable("bin/meridian", Files.readString(Path.of("src/main/scripts/meridian")));
        executable("runtime/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");

        // when
        var flags = said(home.resolve("bin/meridian").toString(), process);

        // then
        assertThat(flags).contains("-XX:+UseSerialGC").endsWith(process);
        assertThat(flags.contains("-XX:+ExitOnOutOfMemoryError")).isEqualTo(ends);
    }

    private void executable(String name, String text) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static List<String> said(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
