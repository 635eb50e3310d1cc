package dev.meridian.domain.xml;

import dev.meridian.domain.metadata.ChosenFirmware;
import java.util.Map;
import java.util.Optional;

/**
 * What a domain's XML tells us of our own machine.
 *
 * @param document text of our metadata, when the domain has it
 * @param coming of whom it holds the place, when it is no machine's own
 * @param machineType canonical machine type
 * @param addresses device addresses by device
 * @param clockAdjustment offset of the clock in seconds, where the mode is variable on utc
 * @param firmware the UEFI that libvirt chose, where it tells
 * @param guestAgentConnected the guest holds the channel of its agent open; told of a running domain only
 */
public record Definition(
        Optional<String> document,
        Optional<Coming> coming,
        Optional<String> machineType,
        Map<String, Map<String, String>> addresses,
        Optional<Long> clockAdjustment,
        Optional<ChosenFirmware> firmware,
        boolean guestAgentConnected) {}
