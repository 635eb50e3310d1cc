package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the user wants of a machine. Nothing of ours writes it. */
@ValidationRule(
        value = "!has(self.disks) || self.disks.all(d, !has(d.hostPath) || d.readOnly || self.disks.exists_one(e,"
                + " has(e.hostPath) && e.hostPath.path == d.hostPath.path && !(d.readOnly && e.readOnly)))",
        message = "spec.disks: two disks of the machine name one file; give each its own path, or make both readOnly")
@ValidationRule(
        value = "!has(self.disks) || self.disks.all(d, !has(d.persistentVolumeClaim) || self.disks.exists_one(e,"
                + " has(e.persistentVolumeClaim)"
                + " && e.persistentVolumeClaim.claimName == d.persistentVolumeClaim.claimName))",
        message = "spec.disks: two disks of the machine name one claim; give each its own")
@ValidationRule(
        value = "!has(self.disks) || self.disks.all(d, !has(d.bootOrder) || self.disks.exists_one(e,"
                + " has(e.bootOrder) && e.bootOrder == d.bootOrder))",
        message = "spec.disks: two disks have one bootOrder; give each its own")
@ValidationRule(
        value = "!has(self.disks) || self.disks.filter(d, has(d.device) && d.device == 'Floppy').size() <= 2",
        message = "spec.disks: more than two have device: Floppy, and a machine has two drives; take some away")
@ValidationRule(
        value = "(has(self.disks) ? self.disks.filter(d, has(d.bus) && d.bus == 'usb').size() : 0)"
                + " + (has(self.inputs) ? self.inputs.filter(i, !has(i.bus) || i.bus == 'usb').size() : 0) <= 15",
        message = "spec.disks: more than 15 disks and inputs are on bus usb, and its controller has 15 ports;"
                + " use another bus for some")
@ValidationRule(
        value = "!has(self.livenessProbe) || self.livenessProbe.successThreshold == 1",
        message =
                "spec.livenessProbe.successThreshold: it is not 1, which only a readinessProbe may have; leave it out")
@ValidationRule(
        value = "!has(self.interfaces) || self.interfaces.all(i, !has(i.macAddress) || self.interfaces.exists_one(e,"
                + " has(e.macAddress) && e.macAddress == i.macAddress))",
        message = "spec.interfaces: two interfaces of the machine have one macAddress; give each its own")
@ValidationRule(
        value = "[has(self.cloudInit), has(self.ignition), has(self.sysprep)].filter(given, given).size() <= 1",
        message = "spec: give one of cloudInit, ignition and sysprep")
@ValidationRule(
        value = "!has(self.filesystems) || self.filesystems.all(f, self.filesystems.exists_one(e,"
                + " e.persistentVolumeClaim.claimName == f.persistentVolumeClaim.claimName)"
                + " && !(has(self.disks) && self.disks.exists(d, has(d.persistentVolumeClaim)"
                + " && d.persistentVolumeClaim.claimName == f.persistentVolumeClaim.claimName)))",
        message = "spec.filesystems: the claim of one is another's or a disk's as well; give each its own")
@ValidationRule(
        value = "!has(self.consoles) || self.consoles.filter(c, has(c.type) && c.type == 'Serial').size() <= "
                + Console.MOST_SERIAL,
        message =
                "spec.consoles: more than " + Console.MOST_SERIAL
                        + " of type Serial, and a PC has four serial ports with the one that every machine has; use type Virtio")
@ValidationRule(
        value = "!has(self.cpu) || !has(self.cpu.numa) || !has(self.cpu.numa.cells)"
                + " || quantity(string(self.memory.guest)).asApproximateFloat() >= double(self.cpu.numa.cells)"
                + " * (has(self.memory.hugepages) && self.memory.hugepages.pageSize == '1Gi'"
                + " ? 1073741824.0 : 4194304.0)",
        message = "spec.cpu.numa.cells: too many for spec.memory.guest, of which each has " + Numa.LEAST
                + " and one huge page at least; give fewer")
@ValidationRule(
        value = "!has(self.cpu) || !has(self.cpu.numa) || !has(self.cpu.numa.guestMappingPassthrough)"
                + " || has(self.memory.hugepages)",
        message = "spec.cpu.numa.guestMappingPassthrough: of the memory of NUMA nodes, only huge pages are set aside;"
                + " give spec.memory.hugepages")
@ValidationRule(
        value = "!has(self.cpu) || !has(self.cpu.numa) || !has(self.cpu.numa.guestMappingPassthrough)"
                + " || !has(self.memory.maxGuest)",
        message = "spec.memory.maxGuest: no memory is plugged into a guest of spec.cpu.numa.guestMappingPassthrough;"
                + " leave one of them out")
public record VirtualMachineSpec(
        @JsonPropertyDescription("When the machine runs.") @Default("Always") @Nullable
        RunStrategy runStrategy,

        @JsonPropertyDescription("Whether the running machine's virtual CPUs stand still.") @Default("false") @Nullable
        Boolean paused,

        @JsonPropertyDescription("Verbs as times; each acts once.") @Nullable
        PowerVerbs power,

        @JsonPropertyDescription("How the machine is stopped.") @Default("TrySoft") @Nullable
        StopMode stopMode,

        @JsonPropertyDescription("How long a guest that was asked to stop may take (stopMode TrySoft).")
        @Default("180")
        @Min(0)
        @Max(86400)
        @Nullable
        Integer terminationGracePeriodSeconds,

        @JsonPropertyDescription("The one node on which it is placed, without a scheduler.")
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
        @Size(max = 253)
        @Nullable
        String nodeName,

        @JsonPropertyDescription("Labels that the node must carry, as in a Pod.") @Size(max = 64) @Nullable
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("By nodes, and by other machines and pods, where it is placed; as in a Pod.") @Nullable
        Affinity affinity,

        @JsonPropertyDescription("Taints of nodes in spite of which it is placed there; as in a Pod.")
        @Size(max = 16)
        @Nullable
        List<Toleration> tolerations,

        @JsonPropertyDescription("How evenly such machines are spread over places; as in a Pod.")
        @Size(max = 8)
        @Nullable
        List<TopologySpreadConstraint> topologySpreadConstraints,

        @JsonPropertyDescription(
                "PriorityClass: where there is no room, those of lower priority make some; as in a Pod.")
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @Size(max = 253)
        @Nullable
        String priorityClassName,

        @JsonPropertyDescription("Who places it: the controller's choice, when left out; as in a Pod.")
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @Size(max = 253)
        @Nullable
        String schedulerName,

        @JsonPropertyDescription("What becomes of the running machine when its node is to be vacated.")
        @Default("LiveMigrateIfPossible")
        @Nullable
        EvictionStrategy evictionStrategy,

        @JsonPropertyDescription(
                "What becomes of the running machine when its node cannot reach the API server. Counts from the next start.")
        @Default("LeaveRunning")
        @Nullable
        IsolationResponse isolationResponse,

        @JsonPropertyDescription(
                "The VirtualMachineClass: how far its CPUs are overcommitted; the controller's default, when left out.")
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
        @Size(max = 253)
        @Nullable
        String className,

        @JsonPropertyDescription("The libvirt driver that runs the machine.") @Default("Auto") @Nullable
        HypervisorType hypervisor,

        @JsonPropertyDescription("The emulated board.") @Default("{\"type\":\"q35\"}") @Nullable
        Machine machine,

        @JsonPropertyDescription("Virtual CPUs.") @Default("{}") @Nullable
        Cpu cpu,

        @JsonPropertyDescription("The guest's memory.") @Required
        Memory memory,

        @JsonPropertyDescription("How the machine boots.") @Nullable
        Firmware firmware,

        @JsonPropertyDescription("The guest's real-time clock and timers.") @Default("{}") @Nullable
        Clock clock,

        @JsonPropertyDescription("Disks, in boot order.") @Size(max = 32) @Nullable
        List<Disk> disks,

        @JsonPropertyDescription("Directories that the guest shares with others.") @Size(max = 16) @Nullable
        List<Filesystem> filesystems,

        @JsonPropertyDescription("What cloud-init in the guest finds.") @Nullable
        CloudInit cloudInit,

        @JsonPropertyDescription("What Ignition in the guest finds.") @Nullable
        Ignition ignition,

        @JsonPropertyDescription("What Windows finds when it is set up.") @Nullable
        Sysprep sysprep,

        @JsonPropertyDescription("Who may log in to the running guest, beside those whom it knows itself.")
        @Size(max = 16)
        @Nullable
        List<AccessCredential> accessCredentials,

        @JsonPropertyDescription("Network interfaces.") @Size(max = 16) @Nullable
        List<Interface> interfaces,

        @JsonPropertyDescription("Whether the running guest is ready, as the condition GuestReady says.") @Nullable
        Probe readinessProbe,

        @JsonPropertyDescription("Whether the running guest still lives: its power is cut when not.") @Nullable
        Probe livenessProbe,

        @JsonPropertyDescription("An emulated TPM 2.0.") @Nullable
        Tpm tpm,

        @JsonPropertyDescription("The random number generator: there is one, if nothing is said.") @Nullable
        Rng rng,

        @JsonPropertyDescription("A watchdog.") @Nullable Watchdog watchdog,

        @JsonPropertyDescription("A device that tells of the guest's panic.") @Nullable
        Panic panic,

        @JsonPropertyDescription("Input devices, beside the board's own keyboard and mouse.") @Size(max = 8) @Nullable
        List<Input> inputs,

        @JsonPropertyDescription("The graphics card: vga where there is graphics, if nothing is said.") @Nullable
        Video video,

        @JsonPropertyDescription("Where the machine's screen is shown.") @Nullable
        Graphics graphics,

        @JsonPropertyDescription("Consoles beside the serial one that every machine has.") @Size(max = 8) @Nullable
        List<Console> consoles,

        @JsonPropertyDescription("A sound card.") @Nullable Sound sound,

        @JsonPropertyDescription("A socket between guest and node.") @Nullable
        Vsock vsock,

        @JsonPropertyDescription("Devices of the node that the guest has to itself.") @Size(max = 16) @Nullable
        List<HostDevice> hostDevices) {
    /** The same machine with other interfaces. */
    public VirtualMachineSpec withInterfaces(List<Interface> others) {
        return with(cpu, memory, disks, cloudInit, ignition, others);
    }

    /** The same machine with other disks. */
    public VirtualMachineSpec withDisks(List<Disk> others) {
        return with(cpu, memory, others, cloudInit, ignition, interfaces);
    }

    /** The same machine with another cloud-init. */
    public VirtualMachineSpec withCloudInit(@Nullable CloudInit other) {
        return with(cpu, memory, disks, other, ignition, interfaces);
    }

    /** The same machine with another Ignition. */
    public VirtualMachineSpec withIgnition(@Nullable Ignition other) {
        return with(cpu, memory, disks, cloudInit, other, interfaces);
    }

    /** The same machine with other virtual CPUs. */
    public VirtualMachineSpec withCpu(@Nullable Cpu other) {
        return with(other, memory, disks, cloudInit, ignition, interfaces);
    }

    /** The same machine with other memory. */
    public VirtualMachineSpec withMemory(Memory other) {
        return with(cpu, other, disks, cloudInit, ignition, interfaces);
    }

    private VirtualMachineSpec with(
            @Nullable Cpu newCpu,
            Memory newMemory,
            @Nullable List<Disk> newDisks,
            @Nullable CloudInit newCloudInit,
            @Nullable Ignition newIgnition,
            @Nullable List<Interface> newInterfaces) {
        return new VirtualMachineSpec(
                runStrategy,
                paused,
                power,
                stopMode,
                terminationGracePeriodSeconds,
                nodeName,
                nodeSelector,
                affinity,
                tolerations,
                topologySpreadConstraints,
                priorityClassName,
                schedulerName,
                evictionStrategy,
                isolationResponse,
                className,
                hypervisor,
                machine,
                newCpu,
                newMemory,
                firmware,
                clock,
                newDisks,
                filesystems,
                newCloudInit,
                newIgnition,
                sysprep,
                accessCredentials,
                newInterfaces,
                readinessProbe,
                livenessProbe,
                tpm,
                rng,
                watchdog,
                panic,
                inputs,
                video,
                graphics,
                consoles,
                sound,
                vsock,
                hostDevices);
    }
}
