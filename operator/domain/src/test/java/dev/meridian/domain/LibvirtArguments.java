package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What libvirt would tell QEMU of a definition, by its driver inside virsh: no daemon, and nothing is started. */
final class LibvirtArguments {
    /** Kept between runs: asking QEMU for its capabilities takes seconds. */
    private static final Path ROOT = Path.of("target", "libvirt-embedded").toAbsolutePath();

    private LibvirtArguments() {}

    /** Those that are about clocks and timers. */
    static List<String> ofTime(String xml) {
        try {
            var file = Files.createTempFile("domain", ".xml");
            Files.writeString(file, xml);
            var words = List.of(virsh("domxml-to-native", "qemu-argv", "--xml", file.toString())
                    .strip()
                    .split("[\\s\\\\]+"));
            Files.delete(file);
            return IntStream.range(0, words.size())
                    .filter(i -> List.of("-rtc", "-global", "-cpu", "-no-hpet").contains(words.get(i)))
                    .mapToObj(i -> words.get(i).equals("-no-hpet") ? "-no-hpet" : words.get(i) + " " + words.get(i + 1))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String capabilities() {
        return virsh("capabilities");
    }

    private static String virsh(String... command) {
        try {
            Files.createDirectories(ROOT.resolve("etc"));
            // Without virtlogd, which would keep the consoles' logs.
            Files.writeString(ROOT.resolve("etc/qemu.conf"), "stdio_handler = \"file\"\n");
            var builder = new ProcessBuilder("virsh", "--quiet", "--connect", "qemu:///embed?root=" + ROOT);
            builder.command().addAll(List.of(command));
            var process = builder.redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        } catch (IOException e) {
            throw new AssertionError("virsh cannot be run: install libvirt-clients and libvirt-daemon", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
