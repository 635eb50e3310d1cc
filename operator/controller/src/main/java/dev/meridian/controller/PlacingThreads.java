package dev.meridian.controller;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads on which machines are placed. */
final class PlacingThreads {
    /**
     * At a time. The client has 64 requests under way, watches among them, and gives one up that has waited for ten seconds,
     * also for its turn: thousands of machines that are looked at together would all be. A machine asks two things at once at
     * most.
     */
    static final int MOST = 32;

    private PlacingThreads() {}

    static ExecutorService open() {
        return Executors.newFixedThreadPool(
                MOST, Thread.ofVirtual().name("placing-", 0).factory());
    }
}
