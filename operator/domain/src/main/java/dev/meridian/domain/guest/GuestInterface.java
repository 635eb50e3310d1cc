package dev.meridian.domain.guest;

import java.util.List;
import java.util.Optional;

/** A network interface as the guest tells of it, its addresses in a steady order. */
public record GuestInterface(Optional<String> name, String macAddress, List<String> addresses) {
    public GuestInterface {
        addresses = List.copyOf(addresses);
    }
}
