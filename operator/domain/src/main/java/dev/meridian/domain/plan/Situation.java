package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.DomainXml;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that a decision about a machine depends on.
 *
 * @param spec the spec of which {@code machine} was made
 * @param files what the files are that the spec names, by path
 * @param handedOver the document of a machine that was defined on another node before
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
        Reserved reserved,
        Optional<MachineDocument> handedOver,
        Progress progress,
        Instant now) {

    /** The definition that holds {@code document}, of the machine as it is applied there. */
    String definition(MachineDocument document) {
        return DomainXml.of(Machine.of(machine.identity(), document.applied()), host, document);
    }
}
