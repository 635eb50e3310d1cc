package dev.meridian.controller;

import java.util.concurrent.atomic.LongAdder;

/** What this process has come to in powering nodes off. */
final class FencingCounts {
    final LongAdder begun = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
}
