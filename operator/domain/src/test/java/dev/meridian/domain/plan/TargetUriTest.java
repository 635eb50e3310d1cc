package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu+tls://node-2.example/system",
                "qemu+tcp://10.0.0.2:16509/system",
                "qemu+tls://[2001:db8::2]/system"
            })
    void daemonOfAnotherNodeIsTaken(String uri) {
        assertThat(TargetUri.libvirt(uri)).hasValue(new TargetUri(uri));
    }

    /** For these libvirt would start a program, read a file, or speak to something else than a daemon. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu:///system",
                "qemu+ext://node/system?command=/bin/sh",
                "qemu+ssh://node/system?netcat=/bin/sh",
                "qemu+tls://node/system?pkipath=/tmp",
                "qemu+tls://node/session",
                "qemu+tls://user@node/system",
                "qemu+tls://-node/system",
                "qemu+tls:///system",
                "qemu+tls://node/system\nqemu",
                "test:///default",
                ""
            })
    void nothingElseIsTakenForADaemon(String uri) {
        assertThat(TargetUri.libvirt(uri)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.2", "tcp://node-2:49152", "tcp://[2001:db8::2]"})
    void listeningQemuIsTaken(String uri) {
        assertThat(TargetUri.migration(uri)).hasValue(new TargetUri(uri));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"exec:sh", "unix:///run/x", "fd:3", "tcp:10.0.0.2", "tcp://10.0.0.2/x", "rdma://10.0.0.2", ""})
    void nothingElseIsTakenForAQemu(String uri) {
        assertThat(TargetUri.migration(uri)).isEmpty();
    }
}
