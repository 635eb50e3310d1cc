package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** On the test driver of a daemon of our own, which is killed. */
class LostDaemonTest {

    @Test
    void killedDaemonIsToldAndEveryCallSaysThatTheConnectionIsLost() throws InterruptedException {
        // given
        BlockingQueue<CloseReason> reasons = new LinkedBlockingQueue<>();
        try (var daemon = PrivateLibvirtd.start();
                var connection = Connection.open(daemon.uri("test", "/default"));
                var _ = connection.subscribe(_ -> {});
                var domain = connection.lookupByName("test").orElseThrow()) {
            connection.onClose(reasons::add);
            // when
            daemon.kill();
            // then
            assertThat(reasons.poll(20, TimeUnit.SECONDS)).isEqualTo(CloseReason.EOF);
            assertThat(connection.isAlive()).isFalse();
            var ofDomain = catchThrowableOfType(LibvirtException.class, domain::state);
            var ofConnection = catchThrowableOfType(LibvirtException.class, connection::libVersion);
            var ofOpening = catchThrowableOfType(LibvirtException.class, () -> Connection.open(connection.uri()));
            assertThat(ofDomain.kind()).isEqualTo(ErrorKind.CONNECTION_LOST);
            assertThat(ofConnection.kind()).isEqualTo(ErrorKind.CONNECTION_LOST);
            assertThat(ofOpening.kind()).isEqualTo(ErrorKind.CONNECTION_LOST);
        }
    }

    @Test
    void closedConnectionsLeaveNoSocketBehind() {
        try (var daemon = PrivateLibvirtd.start()) {
            // given
            openAndClose(daemon);
            long before = PrivateLibvirtd.sockets();
            // when
            for (int i = 0; i < 20; i++) {
                openAndClose(daemon);
            }
            // then
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (PrivateLibvirtd.sockets() > before && System.nanoTime() < end) {
                LockSupport.parkNanos(
                        TimeUnit.MILLISECONDS.toNanos(10)); // libvirt gives callbacks up by its event loop
            }
            assertThat(PrivateLibvirtd.sockets()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void connectionNobodyClosedIsClosedByTheCollector() {
        try (var daemon = PrivateLibvirtd.start()) {
            // given
            long before = PrivateLibvirtd.sockets();
            // when
            for (int i = 0; i < 5; i++) {
                Connection.open(daemon.uri("test", "/default"));
            }
            // then
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (PrivateLibvirtd.sockets() > before && System.nanoTime() < end) {
                System.gc();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertThat(PrivateLibvirtd.sockets()).isLessThanOrEqualTo(before);
        }
    }

    private static void openAndClose(PrivateLibvirtd daemon) {
        try (var connection = Connection.open(daemon.uri("test", "/default"));
                var domain = connection.lookupByName("test").orElseThrow()) {
            connection.onClose(_ -> {});
            connection.subscribe(_ -> {});
            assertThat(domain.isActive()).isTrue();
        }
    }
}
