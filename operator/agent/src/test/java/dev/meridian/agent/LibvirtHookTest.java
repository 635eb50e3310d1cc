package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.clock.RtcChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script among libvirt's hooks, and what it notes. */
class LibvirtHookTest {
    private static final UUID MACHINE = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final String XML = """
            <domain type='qemu' id='7'>
              <name>team-a_web</name>
              <uuid>22222222-2222-4222-8222-222222222222</uuid>
              <metadata>
                <meridian:machine xmlns:meridian="https://meridian.dev/machine">{"clock":{"offset":1}}</meridian:machine>
                <other xmlns="urn:other"><clock offset='variable' adjustment='99' basis='utc'/></other>
              </metadata>
              <clock offset='variable' adjustment='-5609885' basis='utc' adjustment0='3'>
                <timer name='rtc' tickpolicy='catchup'/>
              </clock>
            </domain>
            """;

    private @TempDir Path host;
    private Path file;
    private ClockSpool spool;
    private LibvirtHook hook;
    private @Nullable String libvirt = "first";

    @BeforeEach
    void open() {
        file = host.resolve("hooks/qemu.d/meridian");
        spool = new ClockSpool(host.resolve("state"));
        hook = new LibvirtHook(host.resolve("hooks"), spool, () -> Optional.ofNullable(libvirt));
    }

    @Test
    void clockOfAGuestThatEndsIsNoted() throws Exception {
        // given
        hook.bring(true);
        var before = Instant.now().minusSeconds(1);

        // when
        var status = run("stopped", XML);

        // then
        assertThat(status).isZero();
        assertThat(spool.of(MACHINE)).get().extracting(RtcChange::offsetSeconds).isEqualTo(-5609885L);
        assertThat(spool.of(MACHINE).orElseThrow().at()).isBetween(before, Instant.now());
        spool.forget(MACHINE);
        assertThat(spool.of(MACHINE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<domain type='qemu'><uuid>22222222-2222-4222-8222-222222222222</uuid><clock offset='variable' adjustment='7'/></domain>",
                "<domain><uuid>../../x</uuid><metadata xmlns:meridian='m'></metadata><clock offset='variable' adjustment='7'/></domain>",
                "<domain><uuid>22222222-2222-4222-8222-222222222222</uuid><metadata xmlns:meridian='m'></metadata><clock offset='utc'/></domain>",
                "<domain><uuid>22222222-2222-4222-8222-222222222222</uuid><metadata xmlns:meridian='m'></metadata><clock offset='variable' adjustment='$(id)'/></domain>",
                "",
                "'\"`$(touch x)`"
            })
    void whatIsNotOurMachinesClockIsNotNotedAndHoldsNothingUp(String xml) throws Exception {
        // given
        hook.bring(true);

        // when
        var status = run("stopped", xml);

        // then
        assertThat(status).isZero();
        assertThat(spool.of(MACHINE)).isEmpty();
        assertThat(spool.directory()).isDirectoryNotContaining("regex:.*[0-9a-fx]");
    }

    @Test
    void startIsNeitherNotedNorHeldUp() throws Exception {
        // given
        hook.bring(true);

        // when
        var status = run("prepare", XML);

        // then
        assertThat(status).isZero();
        assertThat(spool.of(MACHINE)).isEmpty();
        assertThat(spool.directory()).isDirectoryNotContaining("regex:.*[0-9a-fx]");
    }

    @Test
    void anothersScriptOfThatNameIsLeftAlone() throws IOException {
        // given
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n");

        // when
        var wished = hook.bring(true);
        var unwished = hook.bring(false);

        // then
        assertThat(List.of(wished.reason(), unwished.reason())).containsOnly("ForeignHook");
        assertThat(file).hasContent("#!/bin/sh\n");
    }

    @Test
    void olderScriptOfOursIsReplacedAndTakenAwayWithThePolicy() throws IOException {
        // given
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n# The hook of meridian.dev, older\n");

        // when
        hook.bring(true);

        // then
        assertThat(file).content().contains("note()", spool.directory().toString());
        assertThat(Files.isExecutable(file)).isTrue();
        assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.endsWith("meridian"));
        assertThat(hook.bring(false).reason()).isEqualTo("NotOpened");
        assertThat(file).doesNotExist();
    }

    @Test
    void hookIsActiveOnceLibvirtWasStartedAfterItAndStaysSoWhenItIsReplaced() throws IOException {
        // given
        var written = hook.bring(true).reason();
        libvirt = null;
        var away = hook.bring(true).reason();

        // when
        libvirt = "second";
        var active = hook.bring(true).reason();

        // then
        assertThat(List.of(written, away, active)).containsExactly("LibvirtRestartNeeded", "LibvirtNotSeen", "Active");
        Files.writeString(file, "#!/bin/sh\n# The hook of meridian.dev, older\n");
        assertThat(hook.bring(true).reason()).isEqualTo("Active");
        hook.bring(false);
        assertThat(hook.bring(true).reason()).isEqualTo("LibvirtRestartNeeded");
    }

    @Test
    void hookThatWasWrittenBeforeLibvirtFirstRanIsActive() {
        // given
        libvirt = null;
        hook.bring(true);

        // when
        libvirt = "first";

        // then
        assertThat(hook.bring(true).reason()).isEqualTo("Active");
    }

    @Test
    void directoryThatTakesNoHookIsTold() throws IOException {
        // given
        Files.writeString(host.resolve("hooks"), "a file");

        // when
        var told = hook.bring(true);

        // then
        assertThat(told.reason()).isEqualTo("HookNotWritten");
        assertThat(told.message()).contains(file.toString());
    }

    private int run(String operation, String xml) throws IOException, InterruptedException {
        var process = new ProcessBuilder("sh", file.toString(), "team-a_web", operation, "end", "-")
                .redirectErrorStream(true)
                .start();
        try (var input = process.getOutputStream()) {
            input.write(xml.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        return process.exitValue();
    }
}
