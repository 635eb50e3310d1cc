package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The script that prepares nodes, in a fresh Debian with systemd: as a chroot, so that nothing starts. */
@Shared
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodePreparationE2E {
    private static final Testbed TESTBED = Testbed.open();

    @TempDir
    private static Path root;

    @BeforeAll
    static void make() {
        run("mmdebstrap", "--quiet", "--variant=minbase", "--include=systemd,kmod,procps", "bookworm", root.toString());
    }

    @Test
    @Order(1)
    void nodeHasWhatMachinesNeed() {
        // when
        prepare();

        // then
        assertThat(file("etc/systemd/system/libvirtd.service.d/meridian.conf"))
                .content()
                .contains("TZ=UTC");
        assertThat(file("etc/sysctl.d/90-meridian.conf")).content().contains("nf_conntrack_tcp_be_liberal = 1");
        assertThat(file("etc/libvirt/qemu.conf")).content().containsPattern("(?m)^default_tls_x509_verify = 1$");
        assertThat(file("etc/libvirt/libvirtd.conf")).content().containsPattern("(?m)^min_workers = 20$");
        assertThat(guestsService()).isEmpty();
        assertThat(Stream.of(
                        "usr/sbin/libvirtd",
                        "usr/bin/qemu-system-x86_64",
                        "usr/bin/swtpm",
                        "usr/bin/virt-admin",
                        "usr/sbin/chronyd"))
                .allSatisfy(program -> assertThat(file(program)).exists());
    }

    @Test
    @Order(2)
    void secondRunChangesNothing() {
        // when
        var said = prepare();

        // then
        assertThat(said).doesNotContain("write", "set ", "install", "disable", "restart");
    }

    @Test
    @Order(3)
    void whatSomebodySetStays() throws IOException {
        // given
        var settings = file("etc/libvirt/qemu.conf");
        Files.writeString(
                settings,
                Files.readString(settings).replace("default_tls_x509_verify = 1", "default_tls_x509_verify = 0"));

        // when
        var said = prepare();

        // then
        assertThat(said).contains("has another default_tls_x509_verify");
        assertThat(settings)
                .content()
                .contains("default_tls_x509_verify = 0")
                .doesNotContain("default_tls_x509_verify = 1");
    }

    @Test
    @Order(4)
    void listeningIsRefusedBeforeThereAreCertificates() throws IOException {
        // when
        var refused = in("--tls");

        // then
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("no /etc/pki/CA/cacert.pem");
        assertThat(tlsSocket()).isFalse();

        // given
        Files.createDirectories(file("etc/pki/CA"));
        Files.createFile(file("etc/pki/CA/cacert.pem"));

        // when
        in("--tls").orFail();

        // then
        assertThat(tlsSocket()).isTrue();
    }

    private static boolean tlsSocket() {
        return Files.exists(
                file("etc/systemd/system/sockets.target.wants/libvirtd-tls.socket"), LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Path> guestsService() {
        try (var found =
                Files.find(file("etc/systemd/system"), 2, (path, _) -> path.endsWith("libvirt-guests.service"))) {
            return found.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String prepare() {
        return in().orFail();
    }

    private static Testbed.Said in(String... arguments) {
        run(
                "cp",
                TESTBED.repository() + "/deploy/node/prepare.sh",
                file("prepare.sh").toString());
        run("cp", "/etc/resolv.conf", file("etc/resolv.conf").toString());
        var command = Stream.concat(
                        Stream.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-ec",
                                "mount -t proc proc \"$0/proc\"; exec chroot \"$@\"",
                                root.toString(),
                                root.toString(),
                                "/prepare.sh"),
                        Stream.of(arguments))
                .toList();
        return Testbed.run(command);
    }

    private static Path file(String path) {
        return root.resolve(path);
    }

    private static void run(String... command) {
        Testbed.run(List.of(command)).orFail();
    }
}
