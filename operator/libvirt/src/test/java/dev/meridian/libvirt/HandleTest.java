package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandleTest {

    private final AtomicInteger released = new AtomicInteger();
    private final Handle handle = new Handle(
            Pointer.createConstant(1),
            _ -> released.incrementAndGet(),
            () -> new IllegalStateException("closed on purpose"));

    @Test
    void isReleasedOnceHoweverOftenItIsClosed() {
        // when
        handle.close();
        handle.close();
        // then
        assertThat(released).hasValue(1);
        assertThatThrownBy(() -> handle.number("virConnectIsAlive", _ -> 0)).hasMessage("closed on purpose");
    }

    @Test
    void isReleasedByTheLastCallThatWasInFlightWhenItWasClosed() throws InterruptedException {
        // given
        var inCall = new CountDownLatch(1);
        var mayReturn = new CountDownLatch(1);
        var call = Thread.ofPlatform()
                .start(() -> handle.number("virConnectIsAlive", _ -> {
                    inCall.countDown();
                    awaitUninterrupted(mayReturn);
                    return 0;
                }));
        assertThat(inCall.await(10, TimeUnit.SECONDS)).isTrue();
        // when
        handle.close();
        // then
        assertThat(released).hasValue(0);
        mayReturn.countDown();
        call.join();
        assertThat(released).hasValue(1);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
