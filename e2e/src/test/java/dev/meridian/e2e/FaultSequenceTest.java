package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a run chooses before it begins. */
class FaultSequenceTest {
    private static final FaultSequence.Shape LONG = new FaultSequence.Shape(500, 20, 2, 5_000, 60_000);

    @Test
    void seedReplays() {
        // when
        var first = FaultSequence.of(17, LONG);

        // then
        assertThat(FaultSequence.of(17, LONG)).isEqualTo(first).hasSize(500);
        assertThat(FaultSequence.of(18, LONG)).isNotEqualTo(first);
    }

    @Test
    void longRunHasEveryKindOfFaultEveryVerbAndEveryServiceOnEveryNode() {
        // given
        var kinds = new HashSet<Class<?>>();
        var killed = new HashSet<String>();
        var verbs = EnumSet.noneOf(Fault.Verb.class);

        // when
        FaultSequence.of(1, LONG).forEach(planned -> {
            kinds.add(planned.fault().getClass());
            if (planned.fault() instanceof Fault.ServiceKilled(var service, var node, var _)) {
                killed.add(service + " " + node);
            }
            if (planned.fault() instanceof Fault.Asked(var verb, var _)) {
                verbs.add(verb);
            }
        });

        // then
        assertThat(kinds).isEqualTo(Set.of(Fault.class.getPermittedSubclasses()));
        assertThat(killed).hasSize(Fault.NodeService.values().length * 2);
        assertThat(verbs).containsExactlyInAnyOrder(Fault.Verb.values());
    }

    @Test
    void machineIsNotEndedAgainAndAgainWithoutBeingStoppedByItsUser() {
        // given
        var ends = new int[LONG.machines()];
        var most = 0;

        // when
        for (var planned : FaultSequence.of(3, LONG)) {
            switch (planned.fault()) {
                case Fault.HypervisorKilled(var machine) -> most = Math.max(most, ++ends[machine]);
                case Fault.GuestPowersOff(var machine) -> most = Math.max(most, ++ends[machine]);
                case Fault.Halted(var machine) -> ends[machine] = 0;
                case Fault.ServiceKilled _,
                        Fault.ControllerKilled _,
                        Fault.ApiServerAway _,
                        Fault.EtcdAway _,
                        Fault.NodePowerLost _,
                        Fault.GuestReboots _,
                        Fault.GuestSetsClock _,
                        Fault.WishedRunning _,
                        Fault.LedByVerbs _,
                        Fault.Asked _,
                        Fault.Paused _,
                        Fault.GracePeriodEdited _,
                        Fault.MemoryEdited _ -> {}
            }
        }

        // then
        assertThat(most).isEqualTo(2);
    }
}
