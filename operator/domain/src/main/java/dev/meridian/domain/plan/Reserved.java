package dev.meridian.domain.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** The reservation pod of a machine, as far as its node sees it. */
public sealed interface Reserved {
    /**
     * It is bound here, neither terminating nor terminal.
     *
     * @param held resources
     * @param vcpus for how many it was made; 0 where it does not say
     */
    record Bound(String podName, Map<String, Quantity> held, long vcpus) implements Reserved {}

    /** It is bound here and asks for room elsewhere: the guest is to be stopped softly, the room is held meanwhile. */
    record Vacate(String podName, String why) implements Reserved {}

    /** It is not, or not any more; {@code why} completes the sentence "reservation pod ...". */
    record Missing(String why) implements Reserved {}
}
