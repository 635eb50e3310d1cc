package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A guest that works goes there and back, again and again: it loses nothing, and whoever talks to it is not cut off. */
class MigrationLoadE2E {
    private static final String ADDRESS = "10.66.7.9";

    private Machines machines;
    private SharedBridge bridge;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "load");
        bridge = new SharedBridge(machines.testbed);
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec: {bridges: [{name: %2$s, namespaces: {names: [%1$s]}}]}
                ---
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineNetwork
                metadata: {name: moves, namespace: %1$s}
                spec: {bridge: {name: %2$s}}
                """.formatted(machines.namespace, SharedBridge.NAME));
    }

    @AfterEach
    void close() {
        machines.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace, "--ignore-not-found")
                .orFail();
        bridge.close();
    }

    @Test
    void guestThatWorksGoesThereAndBackAndNobodyIsCutOff() throws IOException {
        nobodyIsCutOff(2);
    }

    @Tag("long")
    @Test
    void guestThatWorksGoesThereAndBackTwentyTimesAndNobodyIsCutOff() throws IOException {
        nobodyIsCutOff(40);
    }

    @Tag("long")
    @Test
    void nodeSaysWhereConnectionsOfGuestsThatComeBackBreak() {
        // given
        var node = machines.testbed.nodes().getFirst();
        trackConnections(node, "0");

        try {
            // then
            assertThat(new LiveMigrations(machines)
                            .awaitReadiness(node, "ConnectionsBreak")
                            .message())
                    .contains("sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1");
        } finally {
            trackConnections(node, "1");
        }
        new LiveMigrations(machines).awaitReadiness(node, "Ready");
    }

    private static void trackConnections(Testbed.Node node, String liberal) {
        var setting = "net.netfilter.nf_conntrack_tcp_be_liberal=" + liberal;
        Testbed.run(List.of("ip", "netns", "exec", node.namespace(), "sysctl", "-w", setting))
                .orFail();
    }

    private void nobodyIsCutOff(int moves) throws IOException {
        // given
        var migrations = new LiveMigrations(machines);
        machines.create("works", "  interfaces: [{name: lan, network: {name: moves}}]\n");
        var before = machines.awaitReady("works", "Running");
        machines.type("works", "ip addr add %s/24 dev eth0; ip link set eth0 up".formatted(ADDRESS));
        // It changes 16 MiB of its memory again and again, and counts.
        machines.type("works", "(while :; do dd if=/dev/urandom of=/tmp/load bs=1M count=16 2>/dev/null; done) &");
        machines.type(
                "works",
                "(i=0; while :; do i=$((i+1)); echo $i; usleep 20000; done > /tmp/ticks) & nc -ll -p 7 -e cat &");

        // when
        try (var talk = new Talk()) {
            for (var move = 1; move <= moves; move++) {
                var from = machines.nodeOf("works").name();
                migrations.create("works-" + move, "works", "");
                var status = migrations.awaitEnd("works-" + move);

                // then
                assertThat(status.phase()).as(LiveMigrations.message(status)).isEqualTo(MigrationPhase.Succeeded);
                machines.awaitReady("works", "Running");
                assertThat(machines.nodeOf("works").name()).isNotEqualTo(from);
                talk.awaitAnswer();
            }
            Figures.note(
                    "migration under load: %d moves, longest silence of the connection %d ms",
                    moves, talk.longestSilence().toMillis());
        }
        assertThat(machines.type(
                        "works",
                        "n=0; bad=0; while read i; do n=$((n+1)); [ $i = $n ] || bad=$((bad+1)); done < /tmp/ticks;"
                                + " echo ticks $((n > 100)) lost $bad"))
                .contains("ticks 1 lost 0");
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    /** A connection to the guest's echo, over which numbers go all the time and come back in order. */
    private static final class Talk implements AutoCloseable {
        private static final Duration PACE = Duration.ofMillis(20);

        private final Socket socket;
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong longest = new AtomicLong();
        private volatile @Nullable Throwable failure;
        private volatile boolean over;

        Talk() throws IOException {
            socket = Awaitility.await("the guest to take a connection")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(Talk::connected, Socket::isConnected);
            Thread.ofVirtual().start(this::ask);
        }

        private static Socket connected() throws IOException {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(ADDRESS, 7), 2000);
            socket.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
            return socket;
        }

        private void ask() {
            try {
                var answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                for (var number = 1L; !over; number++) {
                    var asked = System.nanoTime();
                    socket.getOutputStream().write((number + "\n").getBytes(StandardCharsets.US_ASCII));
                    var said = answer.readLine();
                    if (!Long.toString(number).equals(said)) {
                        throw new IOException("asked %d, the guest said %s".formatted(number, said));
                    }
                    longest.accumulateAndGet(System.nanoTime() - asked, Math::max);
                    answers.set(number);
                    LockSupport.parkNanos(PACE.toNanos());
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        void awaitAnswer() {
            var heard = answers.get();
            Awaitility.await("the guest to answer on the connection")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> failure != null || answers.get() > heard + 1);
            assertThat(failure).isNull();
        }

        Duration longestSilence() {
            return Duration.ofNanos(longest.get());
        }

        @Override
        public void close() throws IOException {
            over = true;
            socket.close();
        }
    }
}
