package dev.meridian.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A node's libvirt as its agent sees it. */
@Group(Meridian.GROUP)
@Version(Meridian.VERSION)
@Kind("Hypervisor")
@Plural("hypervisors")
@ShortNames("hv")
@Categories("meridian")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
        name = "Schedulable",
        jsonPath = ".spec.schedulable",
        type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(name = "Migration", jsonPath = ".status.conditions[?(@.type==\"MigrationReady\")].status")
@AdditionalPrinterColumn(name = "Libvirt", jsonPath = ".status.drivers[0].libvirtVersion")
@AdditionalPrinterColumn(name = "Hypervisor", jsonPath = ".status.drivers[0].hypervisorVersion")
@AdditionalPrinterColumn(name = "CPUs", jsonPath = ".status.capacity.cpus", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Memory", jsonPath = ".status.capacity.memory")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason", priority = 1)
public class Hypervisor extends CustomResource<HypervisorSpec, HypervisorStatus> {}
