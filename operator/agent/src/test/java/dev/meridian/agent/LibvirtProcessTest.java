package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibvirtProcessTest {
    @TempDir
    Path proc;

    @ParameterizedTest
    @CsvSource({
        "TZ=UTC, /usr/share/zoneinfo/Europe/Berlin, UTC",
        "TZ=America/New_York, , America/New_York",
        "TZ=:Europe/Berlin, , Europe/Berlin",
        "TZ=/usr/share/zoneinfo/Asia/Kolkata, , Asia/Kolkata",
        "PATH=/bin, /usr/share/zoneinfo/Europe/Berlin, Europe/Berlin",
        "PATH=/bin, ../usr/share/zoneinfo/Etc/UTC, Etc/UTC",
        "PATH=/bin, , Z",
        "TZ=<+05>-5, , Z",
        "TZ=, /usr/share/zoneinfo/Europe/Berlin, Z",
    })
    void zoneIsThatOfItsEnvironmentElseOfItsHost(String variable, Path localtime, ZoneId zone) throws IOException {
        // given
        Files.writeString(proc.resolve("environ"), "HOME=/root\0" + variable + "\0");
        if (localtime != null) {
            Files.createDirectories(proc.resolve("root/etc"));
            Files.createSymbolicLink(proc.resolve("root/etc/localtime"), localtime);
        }

        // when
        var found = new LibvirtProcess(proc).zone();

        // then
        assertThat(found.getRules()).isEqualTo(zone.getRules());
    }
}
