package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.libvirt.CommandConnections.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the test driver, with calls that come back when the test says so. */
class CommandConnectionsTest {

    private final List<Connection> opened = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger(Integer.MAX_VALUE);
    private final BlockingQueue<Connection> begun = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CommandConnections connections = new CommandConnections(this::open, 2);

    @AfterEach
    void close() throws InterruptedException {
        release.countDown();
        join();
        connections.close();
        assertThat(opened).noneMatch(Connection::isAlive);
    }

    @Test
    void callGoesWhereTheFewestAre() throws InterruptedException {
        // when
        var first = hang(connections.call());
        var second = hang(connections.call());
        var third = hang(connections.call());
        var fourth = hang(connections.call());
        // then
        assertThat(List.of(first, second)).containsExactlyInAnyOrderElementsOf(opened);
        assertThat(List.of(third, fourth)).containsExactlyInAnyOrderElementsOf(opened);
    }

    @Test
    void connectionHasFourCallsAtMostAndTheNinthOfTwoGoesToAnother() throws InterruptedException {
        // given
        var used = new ArrayList<Connection>();
        for (int i = 0; i < 8; i++) {
            used.add(hang(connections.call()));
        }
        assertThat(opened)
                .hasSize(2)
                .allMatch(one -> used.stream().filter(one::equals).count() == 4);
        // when
        var ninth = hang(connections.call());
        // then
        assertThat(opened).hasSize(3).last().isEqualTo(ninth);
        release.countDown();
        join();
        assertThat(opened).filteredOn(Connection::isAlive).hasSize(2);
    }

    @Test
    void abandonedConnectionGetsNoFurtherCallsAndIsClosedWhenItsLastIsBack() throws InterruptedException {
        // given
        var call = connections.call();
        var left = hang(call);
        // when
        call.abandon();
        // then
        var others = new ArrayList<Connection>();
        for (int i = 0; i < 8; i++) {
            others.add(hang(connections.call()));
        }
        assertThat(others).doesNotContain(left);
        assertThat(opened).hasSize(3).allMatch(Connection::isAlive);
        assertThat(connections.isAlive()).isTrue();
        release.countDown();
        join();
        assertThat(left.isAlive()).isFalse();
        assertThat(connections.isAlive()).isTrue();
        assertThat(opened).filteredOn(Connection::isAlive).hasSize(2);
    }

    @Test
    void callThatIsBackIsNotAbandonedAnyMore() throws InterruptedException {
        // given
        var call = connections.call();
        var used = new LinkedBlockingQueue<Connection>();
        call.run(used::add);
        // when
        call.abandon();
        // then
        assertThat(hang(connections.call())).isEqualTo(used.take());
        assertThat(opened).hasSize(2);
    }

    @Test
    void lostConnectionIsNoticed() {
        // when
        opened.getFirst().close();
        // then
        assertThat(connections.isAlive()).isFalse();
    }

    @Test
    void callsOfClosedConnectionsAreLost() {
        // given
        connections.close();
        // when
        var call = connections.call();
        // then
        assertThatThrownBy(() -> call.run(begun::add))
                .isInstanceOfSatisfying(
                        LibvirtException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION_LOST));
        assertThat(begun).isEmpty();
        assertThat(opened).noneMatch(Connection::isAlive);
    }

    @Test
    void noneStaysOpenWhenNotAllCanBeOpened() {
        // given
        refused.set(3);
        // when
        assertThatThrownBy(() -> new CommandConnections(this::open, 2)).isInstanceOf(LibvirtException.class);
        // then
        assertThat(opened).hasSize(3);
        assertThat(opened.getLast().isAlive()).isFalse();
    }

    /** Gives the connection that the call is on. */
    private Connection hang(Call call) throws InterruptedException {
        threads.add(Thread.ofPlatform()
                .start(() -> call.run(connection -> {
                    begun.add(connection);
                    awaitRelease();
                })));
        var connection = begun.poll(10, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("the call does not begin");
        }
        return connection;
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void join() throws InterruptedException {
        for (var thread : threads) {
            thread.join();
        }
    }

    private Connection open() {
        if (opened.size() >= refused.get()) {
            throw LibvirtException.closed("test:///default");
        }
        var connection = Connection.open("test:///default");
        opened.add(connection);
        return connection;
    }
}
