package dev.meridian.josdk;

import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;

/** What failed is tried again for as long as it takes: first after half a second, at last every half minute. */
public final class UntilDone {
    private UntilDone() {}

    public static Retry retry() {
        return new GenericRetry()
                .setInitialInterval(500)
                .setIntervalMultiplier(2)
                .setMaxInterval(30_000)
                .withoutMaxAttempts();
    }
}
