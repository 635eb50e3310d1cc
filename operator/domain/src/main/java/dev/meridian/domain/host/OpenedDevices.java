package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.OpenedDevice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The kinds of devices that administrators opened to one namespace on one node, by name. */
public record OpenedDevices(Map<String, List<OpenedDevice>> byName) {
    public static OpenedDevices of(
            List<HypervisorPolicySpec> policies,
            Map<String, String> nodeLabels,
            String namespace,
            Map<String, String> namespaceLabels) {
        return new OpenedDevices(policies.stream()
                .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                .flatMap(policy -> Objects.requireNonNullElse(policy.devices(), List.<OpenedDevice>of()).stream())
                .filter(device -> Selection.chooses(device.namespaces(), namespace, namespaceLabels))
                .collect(Collectors.groupingBy(OpenedDevice::name)));
    }
}
