package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node's agent knows of its libvirt. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HypervisorStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("libvirt's host UUID.") @Size(max = 36) @Nullable
        String hostUUID,

        @JsonPropertyDescription("The kernel's boot id.") @Size(max = 36) @Nullable
        String bootID,

        List<Driver> drivers,
        @Nullable Capacity capacity,

        @Nullable Allocatable allocatable,

        @JsonPropertyDescription("NUMA nodes.") @Size(max = 1024)
        List<HypervisorNuma> numa,

        @JsonPropertyDescription("Huge pages of all NUMA nodes together.") @Size(max = 16)
        List<HypervisorHugepages> hugepages,

        @JsonPropertyDescription("libvirt networks of the node.")
        List<HypervisorNetwork> networks,

        @JsonPropertyDescription("Bridges and interfaces of the node that policies open and that are there.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(max = 4096)
        @Nullable
        List<@Size(max = 15) String> links,

        @JsonPropertyDescription("Storage pools of the node's libvirt.")
        List<HypervisorPool> pools,

        @Nullable HypervisorClock clock,

        @JsonPropertyDescription("Domains of this cluster that are not assigned here. They are never acted on.")
        List<Stray> strays,

        @JsonPropertyDescription(
                "Disks of deleted machines with reclaimPolicy Retain, the first hundred by namespace and name.")
        List<RetainedDisk> retainedDisks,

        @JsonPropertyDescription("How many there are in all.") @Nullable
        Integer retainedDiskCount,

        @JsonPropertyDescription("Whether somebody's word that the node is dead counts; the controller's.") @Nullable
        Fencing fencing,

        List<Condition> conditions) {
    public HypervisorStatus {
        drivers = drivers == null ? List.of() : List.copyOf(drivers);
        numa = numa == null ? List.of() : List.copyOf(numa);
        hugepages = hugepages == null ? List.of() : List.copyOf(hugepages);
        networks = networks == null ? List.of() : List.copyOf(networks);
        links = links == null ? null : List.copyOf(links);
        pools = pools == null ? List.of() : List.copyOf(pools);
        strays = strays == null ? List.of() : List.copyOf(strays);
        retainedDisks = retainedDisks == null ? List.of() : List.copyOf(retainedDisks);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** Of a Hypervisor of which nothing has been told. */
    public static final HypervisorStatus NONE = of(null);

    /** The part of the controller. */
    public static HypervisorStatus of(@Nullable Fencing fencing) {
        return of(null, List.of(), fencing, List.of());
    }

    /** What the controller decides by, of a node that has such drivers. */
    public HypervisorStatus ofPlacement(List<Driver> sameDrivers) {
        return new HypervisorStatus(
                null,
                hostUUID,
                null,
                sameDrivers,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                links,
                List.of(),
                null,
                List.of(),
                List.of(),
                null,
                fencing,
                conditions);
    }

    /** What a cluster's decisions are taken from. */
    public static HypervisorStatus of(
            @Nullable String hostUUID, List<Stray> strays, @Nullable Fencing fencing, List<Condition> conditions) {
        return new HypervisorStatus(
                null,
                hostUUID,
                null,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                null,
                strays,
                List.of(),
                null,
                fencing,
                conditions);
    }

    /** The part of the node's agent. */
    public HypervisorStatus ofAgent() {
        return new HypervisorStatus(
                observedGeneration,
                hostUUID,
                bootID,
                drivers,
                capacity,
                allocatable,
                numa,
                hugepages,
                networks,
                links,
                pools,
                clock,
                strays,
                retainedDisks,
                retainedDiskCount,
                null,
                conditions);
    }
}
