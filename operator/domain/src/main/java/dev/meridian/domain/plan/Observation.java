package dev.meridian.domain.plan;

import dev.meridian.domain.clock.GuestClockState;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.clock.RtcChange;
import dev.meridian.domain.guest.GuestReport;
import dev.meridian.domain.metadata.ChosenFirmware;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What is seen of a machine on its node. */
public sealed interface Observation {
    /** libvirt does not answer: nothing is known, so nothing is done. */
    record Unreachable(String message) implements Observation {}

    /** No domain has the machine's UUID or its name. */
    record Absent() implements Observation {}

    /** A domain that is not this cluster's machine has its UUID or its name; {@code what} says which. */
    record Foreign(String domainName, String what) implements Observation {}

    /** Our metadata is there in a later version's format, which alone may act on it. */
    record NewerFormat(int format) implements Observation {}

    /** No domain is there yet, and what another node's agent has handed over of the machine cannot be read. */
    record UnreadableHandover(String why) implements Observation {}

    /**
     * The machine's domain.
     *
     * @param name of the domain, which somebody may have changed
     * @param persistent false when somebody undefined it while it ran
     * @param savedMemory the node keeps its memory, from which its next start goes on
     * @param mark of the definition, but for its name, metadata and clock; another one says that somebody edited it
     * @param cameUp our last start of it came back as done
     * @param rebootedAt when the guest last rebooted, as far as we were told
     * @param watchdogFiredAt when its watchdog last fired, likewise
     * @param machineType canonical machine type of the definition
     * @param addresses device addresses of the definition
     * @param firmware the UEFI that libvirt chose, when it was read this time
     * @param liveClock what the XML of this run said when it was last read
     * @param rtcChange the guest's last change of its clock that we were told of
     * @param hookClock what libvirt's hook noted of the guest's clock when it last ended
     * @param watched the agent has been at this libvirt since the guest last ran
     * @param interfaceAddresses leased IP addresses by MAC address
     * @param guest what the guest's agent tells
     * @param hostStep of the host's clock, under the guest
     * @param report what else is known of the guest by asking it
     * @param migrating libvirt is busy with a migration of it
     * @param guarded the node's guard holds its guest
     */
    record Present(
            Power power,
            OptionalInt id,
            String name,
            boolean persistent,
            boolean savedMemory,
            String mark,
            boolean cameUp,
            Optional<Instant> rebootedAt,
            Optional<Instant> watchdogFiredAt,
            MachineDocument document,
            Optional<String> machineType,
            Map<String, Map<String, String>> addresses,
            Optional<ChosenFirmware> firmware,
            Optional<LiveClock> liveClock,
            Optional<RtcChange> rtcChange,
            Optional<RtcChange> hookClock,
            boolean watched,
            Map<String, List<String>> interfaceAddresses,
            GuestClockState guest,
            HostStep hostStep,
            GuestReport report,
            boolean migrating,
            boolean guarded)
            implements Observation {}

    /** A domain's state, in the words of virDomainState with its reason. */
    record Power(State state, String reason) {
        /** virDomainState. */
        public enum State {
            Running,
            Paused,
            ShuttingDown,
            Suspended,
            Shutoff,
            Crashed
        }

        /** Whether a hypervisor process holds the guest. */
        public boolean isActive() {
            return switch (state) {
                case Running, Paused, ShuttingDown, Suspended -> true;
                case Shutoff, Crashed -> false;
            };
        }
    }
}
