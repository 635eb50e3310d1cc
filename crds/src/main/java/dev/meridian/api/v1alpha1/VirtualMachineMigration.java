package dev.meridian.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One live migration of a machine: its guest goes on at another node. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("VirtualMachineMigration")
@Plural("virtualmachinemigrations")
@ShortNames("vmm")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Machine", jsonPath = ".spec.virtualMachineName")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Source", jsonPath = ".status.sourceNodeName")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".status.targetNodeName")
@AdditionalPrinterColumn(
        name = "Percent",
        jsonPath = ".status.progress.percent",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
@AdditionalSelectableField(jsonPath = ".status.sourceNodeName")
@AdditionalSelectableField(jsonPath = ".status.targetNodeName")
public class VirtualMachineMigration extends CustomResource<VirtualMachineMigrationSpec, VirtualMachineMigrationStatus>
        implements Namespaced {
    @Override
    @Required
    public VirtualMachineMigrationSpec getSpec() {
        return super.getSpec();
    }
}
