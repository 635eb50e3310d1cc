package dev.meridian.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What administrators say of machines that name it, such as how far CPUs are overcommitted. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("VirtualMachineClass")
@Plural("virtualmachineclasses")
@ShortNames("vmclass")
@Categories("meridian")
@AdditionalPrinterColumn(
        name = "CPU Ratio",
        jsonPath = ".spec.cpu.allocationRatio",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class VirtualMachineClass extends CustomResource<VirtualMachineClassSpec, Void> {
    @Override
    @Required
    public VirtualMachineClassSpec getSpec() {
        return super.getSpec();
    }
}
