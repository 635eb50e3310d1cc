package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the last machine has left a namespace. */
class EndingNamespacesTest {
    private static final int MACHINES = 8_000;

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void namespaceOfThousandsIsKnownToHaveOneByTheFirst() {
        // when
        var inhabited = EndingNamespaces.isInhabited(new Known("team-a"), "team-a");
        // then
        assertThat(inhabited).isTrue();
        assertThat(looks).hasValue(1);
    }

    @Test
    void namespaceIsEmptyWhateverOthersHave() {
        // when, then
        assertThat(EndingNamespaces.isInhabited(new Known("team-b"), "team-a")).isFalse();
    }

    /** Many machines, all in one namespace. */
    private final class Known implements Cache<VirtualMachine> {
        private final String namespace;

        Known(String namespace) {
            this.namespace = namespace;
        }

        @Override
        public Stream<ResourceID> keys() {
            return IntStream.range(0, MACHINES)
                    .mapToObj(i -> new ResourceID("web-" + i, namespace))
                    .peek(_ -> looks.incrementAndGet());
        }

        @Override
        public Optional<VirtualMachine> get(ResourceID id) {
            return Optional.empty();
        }

        @Override
        public Stream<VirtualMachine> list(Predicate<VirtualMachine> predicate) {
            return Stream.of();
        }
    }
}
