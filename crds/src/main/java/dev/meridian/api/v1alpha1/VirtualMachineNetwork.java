package dev.meridian.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
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

/** A network for machines, made on each node that has one of them. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("VirtualMachineNetwork")
@Plural("virtualmachinenetworks")
@ShortNames("vmnet")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        messageExpression =
                "'metadata.name: %d characters are too many; use at most 63'.format([self.metadata.name.size()])")
public class VirtualMachineNetwork extends CustomResource<VirtualMachineNetworkSpec, VirtualMachineNetworkStatus>
        implements Namespaced {
    @Override
    @Required
    public VirtualMachineNetworkSpec getSpec() {
        return super.getSpec();
    }
}
