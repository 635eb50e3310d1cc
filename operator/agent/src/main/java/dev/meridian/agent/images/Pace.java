package dev.meridian.agent.images;

/** Whether a body comes fast enough to be waited for. */
final class Pace {
    private final Patience patience;
    private long windowBegan = System.nanoTime();
    private long bytes;

    Pace(Patience patience) {
        this.patience = patience;
    }

    /** Told of each read. */
    boolean isTooSlow(int read) {
        bytes += read;
        if (System.nanoTime() - windowBegan < patience.window().toNanos()) {
            return false;
        }
        var isTooSlow = bytes < patience.windowBytes();
        windowBegan = System.nanoTime();
        bytes = 0;
        return isTooSlow;
    }
}
