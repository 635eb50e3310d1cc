package dev.meridian.agent;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server until it answers: it may be away while an agent begins, and one that has just begun refuses for
 * moments what it allows then. An agent that ended for that would be started again ever later.
 */
final class FirstAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(FirstAnswer.class);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private FirstAnswer() {}

    static void to(Runnable question) {
        of(() -> {
            question.run();
            return true;
        });
    }

    static <T> T of(Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (KubernetesClientException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("cause", e.getMessage())
                        .log("the API server does not let the agent begin yet");
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        }
    }
}
