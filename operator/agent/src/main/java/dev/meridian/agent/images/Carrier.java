package dev.meridian.agent.images;

import java.io.IOException;
import java.util.function.IntConsumer;

/** What brings bodies. */
public interface Carrier {
    /** In this process. */
    Carrier HERE = (order, room, percent) -> new Download(order, room, percent).run();

    /** In a process of its own, which compiles what TLS and digests need: this one is small, and does not. */
    static Carrier apart() {
        return new DownloadProcess();
    }

    /** @throws ImageFailed when it is not brought */
    Delivery bring(Order order, Room room, IntConsumer percent) throws IOException, InterruptedException;
}
