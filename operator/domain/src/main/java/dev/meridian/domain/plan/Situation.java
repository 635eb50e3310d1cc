package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.host.KubeletCpus;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.supply.Supplies;
import dev.meridian.domain.xml.DomainXml;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that a decision about a machine depends on.
 *
 * @param spec the spec of which {@code machine} was made
 * @param files what the files are that the spec names, by path
 * @param supplies what the node has of what a start takes; asked for only when one may be near
 * @param before the status that the object has now, whoever wrote it
 * @param handedOver the document of a machine that was defined on another node before
 * @param migratedAt when libvirt told us that its domain had gone to another host, which nothing records yet
 * @param undefined the document of its domain that was here until somebody else undefined it
 * @param cpus what its node's kubelet gives its reservation pod of the node's CPUs
 * @param networks what is known of the networks that its interfaces name
 * @param outgoing the migration that is to take the machine away from its node
 */
public record Situation(
        Machine machine,
        VirtualMachineSpec spec,
        long generation,
        boolean deleting,
        Assignment assignment,
        Observation observation,
        Host host,
        OpenedPaths opened,
        Map<String, FileFact> files,
        Supplies supplies,
        Reserved reserved,
        KubeletCpus cpus,
        VirtualMachineStatus before,
        Optional<MachineDocument> handedOver,
        Optional<MachineDocument> undefined,
        Optional<Instant> migratedAt,
        Progress progress,
        Instant now,
        NetworkFacts networks,
        Optional<Outgoing> outgoing) {

    /** The same with what else the node has. */
    public Situation with(Supplies more) {
        return new Situation(
                machine,
                spec,
                generation,
                deleting,
                assignment,
                observation,
                host,
                opened,
                files,
                more,
                reserved,
                cpus,
                before,
                handedOver,
                undefined,
                migratedAt,
                progress,
                now,
                networks,
                outgoing);
    }

    /** A time that is not was taken before the node's clock was put back, and says nothing of how long ago it was. */
    boolean isPast(Instant then) {
        return !then.isAfter(now);
    }

    /** The document of the machine's last domain, when it has none here. */
    Optional<MachineDocument> last() {
        return undefined.or(() -> handedOver);
    }

    /** The definition that holds {@code document}, of the machine as it is applied there. */
    String definition(MachineDocument document) {
        return DomainXml.of(Machine.of(machine.identity(), document.applied()), host, document, definedName());
    }

    /** A domain that runs cannot be renamed: it keeps the name that somebody gave it until it is off. */
    private String definedName() {
        return observation instanceof Observation.Present seen && seen.power().isActive()
                ? seen.name()
                : machine.identity().domainName();
    }
}
