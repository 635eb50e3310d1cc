package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.fence.GuardLease.Holder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GuardLeaseTest {
    private static final UUID ONE = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-000000000002");
    private static final Duration LASTS = Duration.ofSeconds(30);
    private static final Duration OTHERWISE = Duration.ofMinutes(10);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    static Stream<GuardLease> leases() {
        return Stream.of(
                new GuardLease(new Holder.Nobody(), Set.of(), LASTS),
                new GuardLease(new Holder.Guard("a-life"), Set.of(ONE, OTHER), LASTS),
                new GuardLease(new Holder.Controller(), Set.of(ONE), LASTS));
    }

    @ParameterizedTest
    @MethodSource("leases")
    void leaseIsReadAsItWasWritten(GuardLease lease) {
        assertThat(GuardLease.of(lease.over(named("meridian-guard-node-1"), NOW), OTHERWISE))
                .isEqualTo(lease);
    }

    @Test
    void versionGoesAlong() {
        // given
        var before = new LeaseBuilder(named("meridian-guard-node-1"))
                .editMetadata()
                .withResourceVersion("17")
                .endMetadata()
                .build();

        // when
        var written = new GuardLease(new Holder.Nobody(), Set.of(), LASTS).over(before, NOW);

        // then
        assertThat(written.getMetadata().getResourceVersion()).isEqualTo("17");
    }

    @Test
    void leaseThatSomebodyElseWroteIsTheControllersAndNamesMachinesAlone() {
        // given
        var lease = new LeaseBuilder(named("meridian-guard-node-1"))
                .editMetadata()
                .addToAnnotations(Meridian.GUARDED, "none," + ONE + ",,../" + OTHER)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("somebody")
                .endSpec()
                .build();

        // then
        assertThat(GuardLease.of(lease, OTHERWISE))
                .isEqualTo(new GuardLease(new Holder.Controller(), Set.of(ONE), OTHERWISE));
        assertThat(GuardLease.of(named("meridian-guard-node-1"), OTHERWISE))
                .isEqualTo(new GuardLease(new Holder.Nobody(), Set.of(), OTHERWISE));
    }

    @ParameterizedTest
    @CsvSource({"meridian-guard-node-1, node-1", "meridian-agent-node-1, ''", "guard-node-1, ''"})
    void nodeIsReadOfTheName(String name, String node) {
        assertThat(GuardLease.node(named(name)).orElse("")).isEqualTo(node);
    }

    @ParameterizedTest
    @CsvSource({
        // holder, unchanged for, is the agent alive, are all given up, what is to be done
        "nobody, 1000, false, false, Rest",
        "guard, 37, false, false, Rest",
        "guard, 38, false, false, Take",
        "guard, 38, true, false, Rest",
        "guard, 38, false, true, Rest",
        "controller, 1000, false, false, Rest",
        "controller, 0, false, true, Release",
        "controller, 0, true, true, Release"
    })
    void leaseIsTakenWhenItIsOverForSure(
            String holder, long seconds, boolean isAgentAlive, boolean isAllGivenUp, GuardPlanner.Step step) {
        // given
        var lease = new GuardLease(
                switch (holder) {
                    case "guard" -> new Holder.Guard("a-life");
                    case "controller" -> new Holder.Controller();
                    default -> new Holder.Nobody();
                },
                Set.of(ONE),
                LASTS);

        // then
        assertThat(GuardPlanner.next(
                        new GuardPlanner.View(lease, Duration.ofSeconds(seconds), isAgentAlive, isAllGivenUp)))
                .isEqualTo(step);
    }

    @ParameterizedTest
    @CsvSource({
        "life, life",
        "hold a-life 00000000-0000-0000-0000-000000000001, hold a-life 00000000-0000-0000-0000-000000000001",
        "hold a-life, ''",
        "hold a-life not-a-machine, ''",
        "life and more, ''",
        "kill 1, ''",
        "'', ''"
    })
    void questionIsOneOfThoseThatThereAre(String line, String understood) {
        assertThat(GuardQuestion.of(line).map(GuardQuestion::line).orElse("")).isEqualTo(understood);
    }

    private static Lease named(String name) {
        return new LeaseBuilder().withNewMetadata().withName(name).endMetadata().build();
    }
}
