package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.machine.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AssignedMachinesTest {
    private static final Identity STAYS = machine("stays", 1);
    private static final Identity GOES = machine("goes", 2);

    private final List<UUID> left = new ArrayList<>();
    private final AssignedMachines assigned = new AssignedMachines(new AssignedMachines.Listener() {
        @Override
        public void came(Identity machine) {}

        @Override
        public void left(UUID machine) {
            left.add(machine);
        }
    });

    @Test
    void machineThatTheInformerHasNoMoreHasLeft() {
        // given
        assigned.seen(STAYS);
        assigned.seen(GOES);

        // when
        assigned.keep(STAYS::equals);
        assigned.keep(STAYS::equals);

        // then
        assertThat(left).containsExactly(GOES.uid());
        assertThat(assigned.all()).containsExactly(STAYS);
    }

    private static Identity machine(String name, long number) {
        return new Identity("team-a", name, new UUID(0, number));
    }
}
