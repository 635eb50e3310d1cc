package dev.meridian.domain.metadata;

import java.util.Map;
import java.util.TreeMap;

/**
 * The UEFI that libvirt chose at a machine's first start. It stays: its NVRAM fits no other.
 *
 * @param loader path of the firmware's code
 * @param loaderAttributes of libvirt's {@code <loader>}
 * @param nvramAttributes of libvirt's {@code <nvram>}, the template among them
 */
public record ChosenFirmware(String loader, Map<String, String> loaderAttributes, Map<String, String> nvramAttributes) {
    public ChosenFirmware {
        loaderAttributes = new TreeMap<>(loaderAttributes);
        nvramAttributes = new TreeMap<>(nvramAttributes);
    }
}
