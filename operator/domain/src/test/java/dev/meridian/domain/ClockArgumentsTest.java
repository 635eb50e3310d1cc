package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of {@code spec.clock} on QEMU's command line, by the libvirt that is installed. */
class ClockArgumentsTest {
    private static final Pattern RTC = Pattern.compile("-rtc base=([^,]+)(.*)");
    private static final String WINDOWS = "-cpu qemu64,hv-time=on,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,"
            + "hv-vpindex=on,hv-runtime=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on,hv-reset=on,hv-frequencies=on,"
            + "hv-tlbflush=on,hv-ipi=on";

    /**
     * QEMU's arguments about time.
     *
     * @param base the date of {@code -rtc}, which {@code others} has without it
     * @param took until libvirt answered; it takes the date then, and its first answer may need seconds
     */
    private record Arguments(Instant base, List<String> others, Duration took) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            clock                             | offset
            {}                                | 0
            utc: {offsetSeconds: 0}           | 0
            utc: {offsetSeconds: 100}         | 100
            utc: {offsetSeconds: -3600}       | -3600
            utc: {offsetSeconds: 2147480000}  | 2147480000
            utc: {offsetSeconds: -2147480000} | -2147480000
            """)
    void clockBeginsWithItsOffsetFromUtc(String clock, long offset) {
        // given
        var now = Instant.now();
        // when
        var arguments = arguments(HypervisorType.QEMU, clock, now);
        // then
        assertThat(arguments.others()).containsExactly("-cpu qemu64", "-rtc");
        assertBegins(arguments, now.plusSeconds(offset));
    }

    @ParameterizedTest
    @CsvSource({"Pacific/Auckland", "America/New_York", "Asia/Kolkata", "Etc/UTC"})
    void clockOfAZoneBeginsWithItsLocalTime(String zone) {
        // given
        var now = Instant.now();
        // when
        var arguments = arguments(HypervisorType.QEMU, "timezone: " + zone, now);
        // then
        assertThat(arguments.others()).containsExactly("-cpu qemu64", "-rtc");
        assertBegins(arguments, LocalDateTime.ofInstant(now, ZoneId.of(zone)).toInstant(ZoneOffset.UTC));
    }

    @Test
    void absoluteClockBeginsWithItsTime() {
        // when
        var arguments = arguments(HypervisorType.QEMU, "absolute: {start: 2013-06-05T09:13:08Z}", Instant.now());
        // then
        assertThat(arguments.others()).containsExactly("-cpu qemu64", "-rtc");
        assertBegins(arguments, Instant.parse("2013-06-05T09:13:08Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            under | clock                                            | cpu           | rtc                     | others
            QEMU  | timer: {rtc: {tickPolicy: Delay}}                |               |                         |
            QEMU  | timer: {rtc: {tickPolicy: CatchUp}}              |               | ,driftfix=slew          |
            QEMU  | timer: {rtc: {track: Wall}}                      |               | ,clock=host             |
            QEMU  | timer: {rtc: {track: Guest}}                     |               | ,clock=vm               |
            QEMU  | timer: {rtc: {tickPolicy: CatchUp, track: Guest}} |              | ,clock=vm,driftfix=slew |
            QEMU  | timer: {pit: {tickPolicy: Delay}}                |               |                         | -global kvm-pit.lost_tick_policy=delay
            QEMU  | timer: {pit: {tickPolicy: Discard}}              |               |                         | -global kvm-pit.lost_tick_policy=discard
            QEMU  | timer: {hpet: {present: false}}                  |               |                         | -no-hpet
            QEMU  | timer: {hpet: {present: true}}                   |               |                         |
            QEMU  | timer: {kvm: {present: false}}                   | ,kvmclock=off |                         |
            QEMU  | timer: {kvm: {present: true}}                    | ,kvmclock=on  |                         |
            QEMU  | timer: {hyperv: {present: true}}                 | ,hv-time=on   |                         |
            QEMU  | timer: {hyperv: {present: false}}                |               |                         |
            QEMU  | preset: Linux                                    |               | ,driftfix=slew          | -global kvm-pit.lost_tick_policy=delay -no-hpet
            KVM   | preset: Linux                                    |               | ,driftfix=slew          | -global kvm-pit.lost_tick_policy=delay -no-hpet
            QEMU  | preset: Windows                                  |               | ,driftfix=slew          | -global kvm-pit.lost_tick_policy=delay -no-hpet
            KVM   | {preset: Windows, timer: {rtc: {track: Guest}}}  | windows       | ,clock=vm               | -global kvm-pit.lost_tick_policy=delay -no-hpet
            KVM   | preset: Windows                                  | windows       | ,driftfix=slew          | -global kvm-pit.lost_tick_policy=delay -no-hpet
            """)
    void timersAreWhatQemuIsTold(
            HypervisorType under, String clock, @Nullable String cpu, @Nullable String rtc, @Nullable String others) {
        // given
        var now = Instant.now();
        var expected = new ArrayList<>(List.of(
                "windows".equals(cpu) ? WINDOWS : "-cpu qemu64" + (cpu == null ? "" : cpu),
                "-rtc" + (rtc == null ? "" : rtc)));
        expected.addAll(others == null ? List.of() : List.of(others.split(" (?=-)")));
        // when
        var arguments = arguments(under, clock, now);
        // then
        assertThat(arguments.others()).isEqualTo(expected);
        assertBegins(arguments, now);
    }

    @Test
    void frequencyOfTheTimeStampCounterIsThatOfTheHost() {
        // given
        var counter =
                Pattern.compile("<counter name='tsc' frequency='(\\d+)'").matcher(LibvirtArguments.capabilities());
        // Where libvirt does not know the host's it lets any pass.
        var frequency = counter.find() ? counter.group(1) : "2000000000";
        // when
        var arguments = arguments(
                HypervisorType.QEMU, "timer: {tsc: {frequencyHertz: %s}}".formatted(frequency), Instant.now());
        // then
        assertThat(arguments.others()).containsExactly("-cpu qemu64,tsc-frequency=" + frequency, "-rtc");
    }

    /** Within 2 s: the definition's offset and libvirt's date are each in whole seconds. */
    private static void assertBegins(Arguments arguments, Instant wished) {
        assertThat(arguments.base())
                .isBetween(wished.minusSeconds(2), wished.plusSeconds(2).plus(arguments.took()));
    }

    private static Arguments arguments(HypervisorType under, String clock, Instant now) {
        var fields = clock.startsWith("{") ? clock : "{" + clock + "}";
        var machine = Yaml.read("""
                metadata: {name: web, namespace: team-a}
                spec: {hypervisor: %s, memory: {guest: 96Mi}, cpu: {model: qemu64}, clock: %s}
                """.formatted(under, fields), VirtualMachine.class);
        var facts = Yaml.read("{now: %s, types: [%s]}".formatted(now, under), CaseFacts.class);
        return switch (Planner.next(facts.situation(machine))) {
            case Step.Start(var xml, var _, var _, var _) -> arguments(xml, now);
            case Step other -> throw new AssertionError(other);
        };
    }

    /** The type KVM is none for a libvirt that has no KVM; the arguments about time are the same. */
    private static Arguments arguments(String xml, Instant asked) {
        var base = new ArrayList<Instant>();
        var others = LibvirtArguments.ofTime(xml.replace("<domain type=\"kvm\">", "<domain type=\"qemu\">")).stream()
                .map(argument -> {
                    var rtc = RTC.matcher(argument);
                    if (!rtc.matches()) {
                        return argument;
                    }
                    base.add(LocalDateTime.parse(rtc.group(1)).toInstant(ZoneOffset.UTC));
                    return "-rtc" + rtc.group(2);
                })
                .toList();
        return new Arguments(base.getFirst(), others, Duration.between(asked, Instant.now()));
    }
}
