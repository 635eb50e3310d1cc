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

/** What administrators open on nodes to namespaces. What no policy opens is closed. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("HypervisorPolicy")
@Plural("hypervisorpolicies")
@ShortNames("hvp")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Paths", jsonPath = ".spec.hostPaths[*].path")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class HypervisorPolicy extends CustomResource<HypervisorPolicySpec, Void> {
    @Override
    @Required
    public HypervisorPolicySpec getSpec() {
        return super.getSpec();
    }
}
