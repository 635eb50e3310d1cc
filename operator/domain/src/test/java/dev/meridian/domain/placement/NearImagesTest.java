package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearImagesTest {
    @Test
    void nodesWithMostOfTheImagesAreNear() {
        // given
        var root = Set.of("worker-0", "worker-1", "worker-2");
        var drivers = Set.of("worker-1", "worker-2", "worker-3");
        // when, then
        assertThat(NearImages.of("uid", List.of(root, drivers))).containsExactly("worker-1", "worker-2");
        assertThat(NearImages.of("uid", List.of(root, Set.of()))).containsExactly("worker-0", "worker-1", "worker-2");
        assertThat(NearImages.of("uid", List.of(Set.of("worker-0"), Set.of("worker-3"))))
                .containsExactly("worker-0", "worker-3");
    }

    @Test
    void noneIsNearWhereNobodyHasAnything() {
        assertThat(NearImages.of("uid", List.of())).isEmpty();
        assertThat(NearImages.of("uid", List.of(Set.of(), Set.of()))).isEmpty();
    }

    @Test
    void fewOfManyAreNamedAndNotTheSameForAllMachines() {
        // given
        var many = IntStream.range(0, 500).mapToObj(i -> "worker-" + i).collect(Collectors.toSet());
        // when
        var named = IntStream.range(0, 1000)
                .mapToObj(i -> NearImages.of(new UUID(7, i).toString(), List.of(many)))
                .toList();
        // then
        assertThat(named).allSatisfy(nodes -> assertThat(nodes).hasSize(8));
        assertThat(named.stream().flatMap(List::stream).distinct()).hasSizeGreaterThan(400);
        assertThat(NearImages.of("uid", List.of(many))).isEqualTo(NearImages.of("uid", List.of(many)));
    }
}
