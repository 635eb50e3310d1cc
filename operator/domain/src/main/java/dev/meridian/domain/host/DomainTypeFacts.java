package dev.meridian.domain.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A domain type that a node's libvirt offers (virConnectGetCapabilities, virConnectGetDomainCapabilities).
 *
 * @param libvirtName the domain's {@code type}: qemu, kvm, test
 * @param machines machine types with their aliases; empty when the driver has none
 * @param cpuModels CPU models that can be used, with the modes host-model, host-passthrough, maximum
 * @param cpuFeatures CPU features that a guest can be given, in order; empty where the driver does not tell
 * @param offered values by enumeration, such as video.modelType; empty where the driver does not tell
 */
public record DomainTypeFacts(
        String libvirtName,
        String architecture,
        Optional<String> emulator,
        Set<String> machines,
        List<String> cpuModels,
        List<String> cpuFeatures,
        Map<String, Set<String>> offered) {

    /** Whether the driver has it, as far as it tells. */
    public boolean offers(String enumeration, String value) {
        return offered.isEmpty() || offered.getOrDefault(enumeration, Set.of()).contains(value);
    }

    public boolean isX86() {
        return architecture.equals("x86_64") || architecture.equals("i686");
    }

    public boolean isArm() {
        return architecture.equals("aarch64") || architecture.startsWith("arm");
    }
}
