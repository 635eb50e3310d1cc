package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Virtual CPUs: their number is sockets x cores x threads. */
@ValidationRule(
        // The default {} of spec.cpu is validated before it is filled in: hence has().
        value = "!has(self.sockets) || !has(self.cores) || !has(self.threads)"
                + " || self.sockets * self.cores * self.threads <= 255",
        messageExpression = "'spec.cpu: %d virtual CPUs (sockets x cores x threads) are too many; use at most 255'"
                + ".format([self.sockets * self.cores * self.threads])")
@ValidationRule(
        value = "!has(self.maxSockets) || !has(self.sockets) || self.maxSockets >= self.sockets",
        messageExpression = "'spec.cpu.maxSockets: %d are fewer than spec.cpu.sockets; use at least %d'"
                + ".format([self.maxSockets, self.sockets])")
@ValidationRule(
        value = "!has(self.maxSockets) || !has(self.cores) || !has(self.threads)"
                + " || self.maxSockets * self.cores * self.threads <= 255",
        messageExpression =
                "'spec.cpu.maxSockets: %d virtual CPUs (maxSockets x cores x threads) are too many; use at most 255'"
                        + ".format([self.maxSockets * self.cores * self.threads])")
@ValidationRule(
        value = "!has(self.maxSockets) || !has(self.dedicatedCpuPlacement) || !self.dedicatedCpuPlacement",
        message = "spec.cpu.maxSockets: no virtual CPU is added to a running guest of spec.cpu.dedicatedCpuPlacement;"
                + " leave one of them out")
@ValidationRule(
        value = "!has(self.numa) || !has(self.numa.cells) || !has(self.sockets) || self.numa.cells <= self.sockets",
        message = "spec.cpu.numa.cells: more than spec.cpu.sockets, and each has a socket at least; give fewer")
@ValidationRule(
        value = "!has(self.numa) || !has(self.numa.guestMappingPassthrough)"
                + " || (has(self.dedicatedCpuPlacement) && self.dedicatedCpuPlacement)",
        message =
                "spec.cpu.numa.guestMappingPassthrough: only CPUs that are the guest's own lie on NUMA nodes that are known;"
                        + " set spec.cpu.dedicatedCpuPlacement: true")
public record Cpu(
        @JsonPropertyDescription("May be raised to maxSockets while the guest runs.")
        @Default("1")
        @Min(1)
        @Max(255)
        @Nullable
        Integer sockets,

        @JsonPropertyDescription(
                "Sockets that the running guest may have, with those that are empty yet. Left out: sockets.")
        @Min(1)
        @Max(255)
        @Nullable
        Integer maxSockets,

        @Default("1") @Min(1) @Max(255) @Nullable Integer cores,
        @Default("1") @Min(1) @Max(255) @Nullable Integer threads,

        @JsonPropertyDescription(
                "CPU model: host-model, host-passthrough, maximum or a model that the node's libvirt"
                        + " knows (status.drivers of its Hypervisor). Left out: host-model under KVM, the driver's own under QEMU.")
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 63)
        @Nullable
        String model,

        @JsonPropertyDescription("CPU features that differ from the model's.") @Size(max = 128) @Nullable
        List<CpuFeature> features,

        @JsonPropertyDescription(
                "Whether each virtual CPU has a CPU of the node for itself. The node's kubelet must have the CPU manager"
                        + " policy static. Left out: no.")
        @Nullable
        Boolean dedicatedCpuPlacement,

        @JsonPropertyDescription("The NUMA nodes that the guest sees; left out, it is told of none.") @Nullable
        Numa numa) {
    /** The same with another number of sockets. */
    public Cpu withSockets(@Nullable Integer other) {
        return new Cpu(other, maxSockets, cores, threads, model, features, dedicatedCpuPlacement, numa);
    }
}
