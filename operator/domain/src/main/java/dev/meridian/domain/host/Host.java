package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Identity;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as its libvirt describes it.
 *
 * @param clusterId uid of the namespace kube-system: what makes a domain this cluster's
 * @param types what can run machines here; KVM only where the CPU really has it
 * @param networks libvirt networks by name, with whether they are active
 * @param bootId of the node, new at each boot
 * @param consoleDirectory where the serial consoles are logged
 * @param stateDirectory below which the files of machines are made and images are kept
 * @param nvramDirectory where the variables of machines' UEFI are kept
 * @param vhostVsock whether the node has /dev/vhost-vsock
 * @param numa its NUMA nodes
 * @param libvirtZone of libvirt's process, which colours how it reads guests' clocks at its start
 */
public record Host(
        String nodeName,
        String clusterId,
        Map<HypervisorType, DomainTypeFacts> types,
        Map<String, Boolean> networks,
        String bootId,
        String consoleDirectory,
        String stateDirectory,
        String nvramDirectory,
        boolean vhostVsock,
        HostNuma numa,
        ZoneId libvirtZone) {

    private String machines() {
        return stateDirectory + "/machines/";
    }

    /** Where the disks of deleted machines are kept. */
    public String retained() {
        return stateDirectory + "/retained";
    }

    /** Where the node's copies of images are, with what is noted of them. */
    private String imageCache() {
        return stateDirectory + "/image-cache";
    }

    /** The directory of the images' files. */
    public String images() {
        return imageCache() + "/content";
    }

    /** Whether a file is one that we keep for machines, whatever a policy opens. */
    public boolean keeps(String file) {
        return file.startsWith(machines())
                || file.startsWith(retained() + "/")
                || file.startsWith(imageCache() + "/")
                || file.startsWith(consoleDirectory + "/")
                || file.startsWith(nvramDirectory + "/");
    }

    /** The directory of a machine's files on the node. */
    public String directory(Identity machine) {
        return machines() + machine.uid();
    }

    /** The file of a disk that is made on the node: another one for another image. */
    public String madeDisk(Identity machine, DiskShape disk) {
        return directory(machine) + "/" + disk.name() + disk.source().mark() + ".qcow2";
    }

    /** The file of the disk on which cloud-init finds its data. */
    public String cloudInit(Identity machine) {
        return directory(machine) + "/cloud-init.iso";
    }

    /** The file of the configuration that Ignition finds. */
    public String ignition(Identity machine) {
        return directory(machine) + "/ignition.json";
    }

    /** The file of the CD on which Windows finds what it is set up with. */
    public String sysprep(Identity machine) {
        return directory(machine) + "/sysprep.iso";
    }

    /** The file of a disk with the files of a ConfigMap or Secret; no disk's name has an underscore. */
    public String givenFiles(Identity machine, String disk) {
        return directory(machine) + "/" + disk + "_files.iso";
    }

    /** The file of a machine's UEFI variables: by its uid, for one that comes after it under its name must not find it. */
    public String nvram(Identity machine, boolean secureBoot) {
        return "%s/%s%s.fd".formatted(nvramDirectory, machine.uid(), secureBoot ? "-secure" : "");
    }

    /** What runs a machine that asks for {@code wished}; nothing when the node does not offer it. */
    public Optional<HypervisorType> resolve(HypervisorType wished) {
        return switch (wished) {
            case Auto ->
                List.of(HypervisorType.KVM, HypervisorType.QEMU, HypervisorType.Test).stream()
                        .filter(types::containsKey)
                        .findFirst();
            case KVM, QEMU, Test -> types.containsKey(wished) ? Optional.of(wished) : Optional.empty();
        };
    }
}
