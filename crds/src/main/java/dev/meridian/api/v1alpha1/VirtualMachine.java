package dev.meridian.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A machine: compute, firmware, clock, disks, interfaces; by which strategy it runs. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("VirtualMachine")
@Plural("virtualmachines")
@ShortNames("vm")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Status", jsonPath = ".status.printableStatus")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Node", jsonPath = ".status.nodeName")
@AdditionalPrinterColumn(
        name = "Clock",
        jsonPath = ".status.clock.rtcOffsetSeconds",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "IP", jsonPath = ".status.interfaces[0].addresses[0]", priority = 1)
@AdditionalPrinterColumn(name = "Memory", jsonPath = ".spec.memory.guest", priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason", priority = 1)
@AdditionalSelectableField(jsonPath = ".status.nodeName")
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        messageExpression =
                "'metadata.name: %d characters are too many; use at most 63'.format([self.metadata.name.size()])")
@ValidationRule(
        value = "!self.metadata.name.contains('.')",
        message = "metadata.name: a dot is not allowed; use lower case letters, digits and '-'")
public class VirtualMachine extends CustomResource<VirtualMachineSpec, VirtualMachineStatus> implements Namespaced {
    @Override
    @Required
    public VirtualMachineSpec getSpec() {
        return super.getSpec();
    }
}
