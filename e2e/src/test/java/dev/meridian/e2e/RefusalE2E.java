package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user may get wrong, and the words that come back. */
@Shared
class RefusalE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "refusal");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    model    | '  cpu: {model: Quantum9}'                                                   | CpuModelUnknown     | spec.cpu.model: Quantum9
                    board    | '  machine: {type: pc-q35-99.9}'                                             | MachineTypeUnknown  | spec.machine.type: pc-q35-99.9
                    kvm      | '  hypervisor: KVM'                                                          | HypervisorUnavailable | spec.hypervisor: KVM
                    closed   | '  disks: [{name: a, hostPath: {path: /etc/shadow}}]'                        | PathNotOpened       | spec.disks[a].hostPath.path: /etc/shadow
                    readonly | '  disks: [{name: a, hostPath: {path: /var/lib/meridian/images/vmlinuz}}]'   | PathNotOpened       | for writing
                    zone     | '  clock: {timezone: Mars/Phobos}'                                           | InvalidSpec         | spec.clock.timezone: Mars/Phobos
                    far      | '  clock: {absolute: {start: 1901-01-01T00:00:00Z}}'                         | InvalidSpec         | spec.clock.absolute.start: 1901-01-01T00:00:00Z
                    arm      | '  clock: {timer: {armvtimer: {tickPolicy: Delay}}}'                          | TimerUnavailable    | spec.clock.timer.armvtimer.tickPolicy: Delay
                    missing  | '  disks: [{name: a, readOnly: true, hostPath: {path: /var/lib/meridian/images/none}}]' | FileMissing | spec.disks[a].hostPath.path
                    """)
    void whatTheNodeCannotGiveIsStalledWithFieldAndRemedy(String name, String more, String reason, String message) {
        // when
        machines.create(name, more + "\n");

        // then
        var vm = machines.await(
                name,
                "Stalled",
                m -> Machines.condition(m, "Stalled")
                        .filter(c -> c.status().name().equals("True"))
                        .isPresent());
        var stalled = Machines.condition(vm, "Stalled").orElseThrow();
        assertThat(stalled.reason()).isEqualTo(reason);
        assertThat(stalled.message()).contains(message);
    }

    @Test
    void machineThatFitsNowhereSaysSoInTheSchedulersWords() {
        // given
        var huge = machines.manifest("huge", "").replace("128Mi", "900Gi");

        // when
        machines.createFrom(huge);

        // then
        var vm = machines.await(
                "huge",
                "unschedulable",
                m -> Machines.condition(m, "Scheduled")
                        .map(Condition::reason)
                        .filter("Unschedulable"::equals)
                        .isPresent());
        assertThat(Machines.condition(vm, "Scheduled").orElseThrow().message()).contains("Insufficient memory");
    }

    @Test
    void foreignDomainOfTheSameNameIsLeftAlone() {
        // given
        var node = machines.testbed.nodes().getFirst();
        var domain = machines.domain("foreign");
        machines.define(
                node,
                "<domain type='qemu'><name>%s</name><memory>32768</memory><os><type>hvm</type></os></domain>"
                        .formatted(domain));

        // when
        machines.create("foreign", "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name()));

        // then
        var vm = machines.await(
                "foreign",
                "Stalled",
                m -> Machines.condition(m, "Stalled")
                        .map(Condition::reason)
                        .filter("ForeignDomain"::equals)
                        .isPresent());
        assertThat(machines.testbed.virsh(node, "domuuid", domain).orFail())
                .isNotEqualTo(vm.getMetadata().getUid());
        machines.delete("foreign");
        machines.awaitGone("foreign");
        assertThat(List.of(machines.testbed
                        .virsh(node, "list", "--all", "--name")
                        .orFail()
                        .split("\\s+")))
                .contains(domain);
        machines.testbed.virsh(node, "undefine", domain).orFail();
    }
}
