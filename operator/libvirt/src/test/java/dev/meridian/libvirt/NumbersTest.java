package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.libvirt.DomainEvent.AgentReason;
import dev.meridian.libvirt.DomainEvent.AgentState;
import dev.meridian.libvirt.DomainEvent.IoErrorAction;
import dev.meridian.libvirt.DomainState.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libvirt's numbers mean; a newer libvirt may send some that this binding does not know. */
class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, RUNNING, RUNNING_BOOTED",
        "3, 5, PAUSED, PAUSED_IOERROR",
        "5, 2, SHUTOFF, SHUTOFF_DESTROYED",
        "6, 1, CRASHED, CRASHED_PANICKED",
        "5, 0, SHUTOFF, UNKNOWN",
        "5, 99, SHUTOFF, UNKNOWN",
        "99, 1, NOSTATE, UNKNOWN",
        "-1, -1, NOSTATE, UNKNOWN",
    })
    void stateAndReasonAreNamed(int state, int reason, State expectedState, StateReason expectedReason) {
        assertThat(DomainState.of(state, reason)).isEqualTo(new DomainState(expectedState, expectedReason));
    }

    @ParameterizedTest
    @CsvSource({
        "42, 10, gone, NO_DOMAIN",
        "43, 19, gone, NO_NETWORK",
        "49, 18, gone, NO_STORAGE_POOL",
        "50, 18, gone, NO_STORAGE_VOL",
        "62, 31, gone, NO_NWFILTER",
        "80, 10, none, NO_DOMAIN_METADATA",
        "55, 10, not running, OPERATION_INVALID",
        "9, 20, exists, OPERATION_FAILED",
        "68, 10, lock, OPERATION_TIMEOUT",
        "67, 10, machine, CONFIG_UNSUPPORTED",
        "91, 31, cpu, CPU_INCOMPATIBLE",
        "27, 20, xml, XML_ERROR",
        "35, 5, not well formed, XML_ERROR",
        "92, 5, schema, XML_INVALID_SCHEMA",
        "8, 20, invalid argument: unsupported flags (0x8) in function f, UNSUPPORTED",
        "8, 20, bad argument, INVALID_ARG",
        "86, 10, agent, AGENT_UNRESPONSIVE",
        "38, 7, End of file while reading data, CONNECTION_LOST",
        "38, 10, cannot open file, OTHER",
        "1, 7, client socket is closed, CONNECTION_LOST",
        "1, 10, monitor, INTERNAL_ERROR",
        "5, 0, no connection driver available, NO_DRIVER",
        "3, 0, not supported, UNSUPPORTED",
        "74, 10, argument, UNSUPPORTED",
        "84, 10, operation, UNSUPPORTED",
        "88, 0, denied, ACCESS_DENIED",
        "45, 7, auth, AUTH_FAILED",
        "4711, 0, new, OTHER",
    })
    void errorsAreClassified(int code, int domain, String message, ErrorKind expected) {
        assertThat(ErrorKind.of(code, domain, message)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "DEFINED, 2, DEFINED_RENAMED",
        "UNDEFINED, 1, UNDEFINED_RENAMED",
        "SUSPENDED, 2, SUSPENDED_IOERROR",
        "STOPPED, 1, STOPPED_DESTROYED",
        "STOPPED, 5, STOPPED_FAILED",
        "SHUTDOWN, 1, SHUTDOWN_GUEST",
        "SHUTDOWN, 2, SHUTDOWN_HOST",
        "CRASHED, 0, CRASHED_PANICKED",
        "STOPPED, 99, UNKNOWN",
        "UNKNOWN, 0, UNKNOWN",
        "UNKNOWN, -1, UNKNOWN",
    })
    void lifecycleDetailIsThatOfItsKind(LifecycleKind kind, int number, LifecycleDetail expected) {
        assertThat(LifecycleDetail.of(kind, number)).isEqualTo(expected);
    }

    @Test
    void unknownNumbersOfEventsAreUnknown() {
        assertThat(LifecycleKind.of(5)).isEqualTo(LifecycleKind.STOPPED);
        assertThat(LifecycleKind.of(9)).isEqualTo(LifecycleKind.UNKNOWN);
        assertThat(IoErrorAction.of(7)).isEqualTo(IoErrorAction.UNKNOWN);
        assertThat(CloseReason.of(4)).isEqualTo(CloseReason.UNKNOWN);
        assertThat(AgentState.of(0)).isEqualTo(AgentState.UNKNOWN);
        assertThat(AgentReason.of(9)).isEqualTo(AgentReason.UNKNOWN);
    }

    @Test
    void flagsAreAdded() {
        assertThat(Flag.mask(XmlFlag.SECURE, XmlFlag.INACTIVE, XmlFlag.MIGRATABLE))
                .isEqualTo(11);
        assertThat(Flag.mask()).isZero();
    }
}
