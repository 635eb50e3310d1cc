package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** Which machine, whereto and how. It is not changed, but for {@code cancel}: make another migration. */
@ValidationRule(
        value = "self.virtualMachineName == oldSelf.virtualMachineName",
        message = "spec.virtualMachineName: a migration is not changed; make another")
@ValidationRule(
        value = "has(self.targetNodeName) == has(oldSelf.targetNodeName)"
                + " && (!has(self.targetNodeName) || self.targetNodeName == oldSelf.targetNodeName)",
        message = "spec.targetNodeName: a migration is not changed; make another")
@ValidationRule(
        value = "has(self.bandwidth) == has(oldSelf.bandwidth)"
                + " && (!has(self.bandwidth)"
                + " || self.bandwidth == oldSelf.bandwidth)",
        message = "spec.bandwidth: a migration is not changed; make another")
@ValidationRule(
        value = "has(self.maxDowntimeMillis) == has(oldSelf.maxDowntimeMillis)"
                + " && (!has(self.maxDowntimeMillis) || self.maxDowntimeMillis == oldSelf.maxDowntimeMillis)",
        message = "spec.maxDowntimeMillis: a migration is not changed; make another")
@ValidationRule(
        value = "has(self.parallelConnections) == has(oldSelf.parallelConnections)"
                + " && (!has(self.parallelConnections) || self.parallelConnections == oldSelf.parallelConnections)",
        message = "spec.parallelConnections: a migration is not changed; make another")
@ValidationRule(
        value = "has(self.compression) == has(oldSelf.compression)"
                + " && (!has(self.compression) || self.compression == oldSelf.compression)",
        message = "spec.compression: a migration is not changed; make another")
@ValidationRule(
        value = "!(has(self.parallelConnections) && has(self.compression))",
        message =
                "spec.compression: QEMU compresses nothing that goes over parallel connections; leave one of them out")
@ValidationRule(
        value = "self.timeoutSeconds == oldSelf.timeoutSeconds && self.autoConverge == oldSelf.autoConverge"
                + " && self.allowClockSkew == oldSelf.allowClockSkew",
        message = "spec: only cancel is changed of a migration; make another")
@ValidationRule(
        value = "!has(self.bandwidth) || quantity(string(self.bandwidth)).compareTo(quantity('1Mi')) >= 0"
                + " && quantity(string(self.bandwidth)).compareTo(quantity('1Ti')) <= 0",
        message = "spec.bandwidth: give bytes a second from 1Mi to 1Ti")
@ValidationRule(
        value = "!oldSelf.cancel || self.cancel",
        message = "spec.cancel: a migration that was cancelled does not go on; make another")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VirtualMachineMigrationSpec(
        @JsonPropertyDescription("The running machine, in the migration's namespace.")
        @Required
        @Size(min = 1, max = 63)
        String virtualMachineName,

        @JsonPropertyDescription("The node to which it goes; kube-scheduler chooses one when left out.")
        @Size(min = 1, max = 253)
        @Nullable
        String targetNodeName,

        @JsonPropertyDescription("How many bytes a second it may take of the network, in whole MiB; all when left out.")
        @Nullable
        Quantity bandwidth,

        @JsonPropertyDescription("For how long the guest may stand still at the end; QEMU's 300 ms when left out.")
        @Min(1)
        @Max(2000000)
        @Nullable
        Integer maxDowntimeMillis,

        @JsonPropertyDescription(
                "Given up when it has not come to its end so long after it began; the guest goes on" + " where it was.")
        @Min(10)
        @Max(604800)
        @Default("1800")
        Integer timeoutSeconds,

        @JsonPropertyDescription("Slow the guest down when it changes its memory faster than that is copied.")
        @Default("false")
        Boolean autoConverge,

        @JsonPropertyDescription(
                "Over how many connections the memory goes, beside one for all else; one alone when left out. Several fill"
                        + " a network that is faster than one CPU encrypts.")
        @Min(2)
        @Max(64)
        @Nullable
        Integer parallelConnections,

        @JsonPropertyDescription(
                "Send less, for more CPU. Xbzrle: of a page that is sent again, what has changed of it.")
        @Nullable
        MigrationCompression compression,

        @JsonPropertyDescription(
                "Go also to a node whose clock differs by more than 5 s: the guest's clock steps by as much.")
        @Default("false")
        Boolean allowClockSkew,

        @JsonPropertyDescription("Give it up. A guest that has switched over already has gone.") @Default("false")
        Boolean cancel) {
    /** To any node, in the usual way. */
    public static VirtualMachineMigrationSpec of(String virtualMachineName) {
        return new VirtualMachineMigrationSpec(
                virtualMachineName, null, null, null, 1800, false, null, null, false, false);
    }
}
