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

/** An image that machines start from, fetched by a node when a machine there needs it. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("VirtualMachineImage")
@Plural("virtualmachineimages")
@ShortNames("vmimg")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Format", jsonPath = ".spec.format")
@AdditionalPrinterColumn(name = "Size", jsonPath = ".status.size")
@AdditionalPrinterColumn(name = "Virtual Size", jsonPath = ".status.virtualSize")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.nodes[*].name", priority = 1)
@AdditionalPrinterColumn(name = "Checksum", jsonPath = ".status.checksum", priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason", priority = 1)
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        messageExpression =
                "'metadata.name: %d characters are too many; use at most 63'.format([self.metadata.name.size()])")
public class VirtualMachineImage extends CustomResource<VirtualMachineImageSpec, VirtualMachineImageStatus>
        implements Namespaced {
    @Override
    @Required
    public VirtualMachineImageSpec getSpec() {
        return super.getSpec();
    }
}
