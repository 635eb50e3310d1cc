package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.Samples;
import dev.meridian.domain.host.DomainTypeFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What QEMU would die of at its start, or overlook, is told before it. */
class TimerChecksTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            architecture | under | type     | timer                            | told
            x86_64       | QEMU  | q35      | rtc: {tickPolicy: CatchUp}       |
            x86_64       | QEMU  | q35      | pit: {tickPolicy: Discard}       |
            x86_64       | QEMU  | q35      | hpet: {present: true}            |
            x86_64       | QEMU  | q35      | kvm: {present: false}            |
            x86_64       | QEMU  | q35      | hyperv: {present: true}          |
            x86_64       | QEMU  | q35      | tsc: {frequencyHertz: 2600000000} |
            i686         | KVM   | pc       | tsc: {frequencyHertz: 2600000000} |
            x86_64       | KVM   | q35      | armvtimer: {tickPolicy: Delay}   | armvtimer.tickPolicy: Delay is for machine type virt under KVM on ARM, and this is q35 under KVM on node n1, which is x86_64; leave it out
            aarch64      | KVM   | virt     | armvtimer: {tickPolicy: Delay}   |
            aarch64      | KVM   | virt-7.2 | armvtimer: {tickPolicy: Discard} |
            armv7l       | KVM   | virt     | armvtimer: {tickPolicy: Discard} |
            aarch64      | QEMU  | virt     | armvtimer: {tickPolicy: Discard} | armvtimer.tickPolicy: Discard is for machine type virt under KVM on ARM, and this is virt under QEMU on node n1, which is aarch64; leave it out
            aarch64      | KVM   | raspi3b  | armvtimer: {tickPolicy: Delay}   | armvtimer.tickPolicy: Delay is for machine type virt under KVM on ARM, and this is raspi3b under KVM on node n1, which is aarch64; leave it out
            aarch64      | KVM   | virt     | rtc: {tickPolicy: CatchUp}       | rtc.tickPolicy: CatchUp is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | rtc: {tickPolicy: Delay, track: Guest} |
            aarch64      | KVM   | virt     | pit: {tickPolicy: Delay}         | pit.tickPolicy: Delay is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | pit: {}                          |
            aarch64      | KVM   | virt     | hpet: {present: true}            | hpet.present: true is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | hpet: {present: false}           |
            aarch64      | KVM   | virt     | kvm: {present: true}             | kvm.present: true is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | kvm: {present: false}            | kvm.present: false is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | hyperv: {present: true}          | hyperv.present: true is for x86, and node n1 is aarch64; leave it out, or choose other nodes with spec.nodeSelector
            aarch64      | KVM   | virt     | hyperv: {present: false}         |
            s390x        | KVM   | s390     | tsc: {frequencyHertz: 2600000000} | tsc.frequencyHertz: 2600000000 is for x86, and node n1 is s390x; leave it out, or choose other nodes with spec.nodeSelector
            i686         | Test  | q35      | armvtimer: {tickPolicy: Delay}   |
            """)
    void timerThatTheNodeDoesNotHaveIsNamedWithItsRemedy(
            String architecture, HypervisorType under, String type, String timer, @Nullable String told) {
        // given
        var machine = Samples.machine(
                "{machine: {type: %s}, memory: {guest: 96Mi}, clock: {timer: {%s}}}".formatted(type, timer));
        var facts = new DomainTypeFacts(
                "any", architecture, Optional.empty(), Set.of(), Samples.QEMU.cpuModels(), List.of(), Map.of());
        // when
        var problem = TimerChecks.firstProblem(machine, under, facts, "n1");
        // then
        assertThat(problem)
                .isEqualTo(Optional.ofNullable(told)
                        .map(words -> new Problem("TimerUnavailable", "spec.clock.timer." + words)));
    }
}
