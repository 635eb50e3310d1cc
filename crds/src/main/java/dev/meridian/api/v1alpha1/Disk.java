package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** A disk; one source each. */
@ValidationRule(
        value = "[has(self.hostPath), has(self.image), has(self.blank), has(self.persistentVolumeClaim),"
                + " has(self.configMap), has(self.secret), has(self.retained),"
                + " has(self.volume)].filter(given, given).size() == 1",
        messageExpression = "'spec.disks[' + self.name + ']: give one of hostPath, image, blank,"
                + " persistentVolumeClaim, configMap, secret, retained and volume'")
@ValidationRule(
        value = "!has(self.blank) || has(self.size)",
        messageExpression = "'spec.disks[' + self.name + '].size: a blank disk needs one, such as 10Gi'")
@ValidationRule(
        value = "!has(self.size) || !has(self.hostPath)",
        messageExpression = "'spec.disks[' + self.name + '].size: ' + string(self.size)"
                + " + ' cannot be given to a file of the node; grow the file, or leave size out'")
@ValidationRule(
        value = "!has(self.size) || !has(self.volume)",
        messageExpression = "'spec.disks[' + self.name + '].size: ' + string(self.size)"
                + " + ' cannot be given to a volume of a pool; grow the volume (virsh vol-resize), or leave size out'")
@ValidationRule(
        value = "!has(self.size) || !has(self.configMap) && !has(self.secret)",
        messageExpression = "'spec.disks[' + self.name + '].size: ' + string(self.size)"
                + " + ' cannot be given to the files of a ConfigMap or Secret; leave it out'")
@ValidationRule(
        value = "!has(self.size) || quantity(string(self.size)).compareTo(quantity('" + Disk.LEAST + "')) >= 0"
                + " && quantity(string(self.size)).compareTo(quantity('" + Disk.MOST + "')) <= 0",
        messageExpression =
                "'spec.disks[' + self.name + '].size: ' + string(self.size) + ' cannot be had; give a size from "
                        + Disk.LEAST + " to " + Disk.MOST + "'")
@ValidationRule(
        value =
                "!has(self.device) || self.device != 'Cdrom' || !has(self.blank) && !has(self.retained) && !has(self.size)",
        messageExpression =
                "'spec.disks[' + self.name + '].device: Cdrom is an image or a file of the node; give no blank, no retained and no size'")
@ValidationRule(
        value = "!has(self.reclaimPolicy) || has(self.blank) || has(self.retained)"
                + " || has(self.image) && (!has(self.device) || self.device == 'Disk')",
        messageExpression =
                "'spec.disks[' + self.name + '].reclaimPolicy: only a disk that Meridian makes has one, of image,"
                        + " blank or retained; leave it out'")
@ValidationRule(
        value = "!has(self.device) || self.device != 'Cdrom' || !has(self.bus) || self.bus != 'virtio'",
        messageExpression = "'spec.disks[' + self.name + '].bus: virtio has no Cdrom; use sata, scsi or usb'")
@ValidationRule(
        value =
                "!has(self.device) || self.device != 'Floppy' || (has(self.image) || has(self.hostPath)) && !has(self.size)",
        messageExpression = "'spec.disks[' + self.name + '].device: Floppy is an image or a file of the node;"
                + " give no other source and no size'")
@ValidationRule(
        value = "has(self.bus) && self.bus == 'fdc' ? has(self.device) && self.device == 'Floppy'"
                + " : !has(self.device) || self.device != 'Floppy' || !has(self.bus)",
        messageExpression = "'spec.disks[' + self.name + '].bus: fdc has floppies alone, and a Floppy is on no other;"
                + " leave bus out'")
@ValidationRule(
        value = "!has(self.device) || self.device != 'Floppy' || !has(self.serial) && !has(self.blockSize)",
        messageExpression =
                "'spec.disks[' + self.name + '].device: Floppy has no serial and no blockSize; leave them out'")
@ValidationRule(
        value = "!has(self.device) || self.device != 'Lun' || has(self.persistentVolumeClaim) && !has(self.size)",
        messageExpression = "'spec.disks[' + self.name + '].device: Lun is a PersistentVolumeClaim of volumeMode Block;"
                + " give no other source and no size'")
@ValidationRule(
        value = "!has(self.device) || self.device != 'Lun' || !has(self.bus) || self.bus == 'scsi'",
        messageExpression = "'spec.disks[' + self.name + '].bus: only scsi has a Lun; leave bus out'")
@ValidationRule(
        value =
                "!has(self.device) || self.device != 'Lun' || !has(self.serial) && !has(self.blockSize) && !has(self.cache)"
                        + " && !has(self.io) && !has(self.discard) && !has(self.detectZeroes) && !has(self.throttle)",
        messageExpression =
                "'spec.disks[' + self.name + '].device: of a Lun the guest speaks to the device itself; leave out"
                        + " serial, blockSize, cache, io, discard, detectZeroes and throttle'")
@ValidationRule(
        value = "!has(self.shareable) || !self.shareable || has(self.persistentVolumeClaim)"
                + " || has(self.hostPath) && (!has(self.hostPath.format) || self.hostPath.format == 'raw')"
                + " || has(self.volume) && (!has(self.volume.format) || self.volume.format == 'raw')",
        messageExpression =
                "'spec.disks[' + self.name + '].shareable: only a claim, a raw file of the node and a raw volume can be'")
@ValidationRule(
        value = "!has(self.dedicatedIOThread) || !self.dedicatedIOThread || (has(self.bus) ? self.bus == 'virtio'"
                + " : !has(self.device) || self.device == 'Disk')",
        messageExpression = "'spec.disks[' + self.name + '].dedicatedIOThread: only a disk on bus virtio has one;"
                + " leave it out, or use virtio'")
public record Disk(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @JsonPropertyDescription("A file on the node.") @Nullable
        HostPathDisk hostPath,

        @JsonPropertyDescription(
                "A VirtualMachineImage. The node keeps what the guest writes in a file of the machine.")
        @Nullable
        ImageDisk image,

        @JsonPropertyDescription("An empty disk in a file of the machine.") @Nullable
        BlankDisk blank,

        @JsonPropertyDescription("A disk in a PersistentVolumeClaim.") @Nullable
        PersistentVolumeClaimDisk persistentVolumeClaim,

        @JsonPropertyDescription("The files of a ConfigMap, which the guest can only read.") @Nullable
        ConfigMapDisk configMap,

        @JsonPropertyDescription("The files of a Secret, which the guest can only read.") @Nullable
        SecretDisk secret,

        @JsonPropertyDescription("A disk that the node retained of a deleted machine of the namespace.") @Nullable
        RetainedDiskSource retained,

        @JsonPropertyDescription("An existing volume of a storage pool of the node's libvirt.") @Nullable
        VolumeDisk volume,

        @JsonPropertyDescription("Whether the node keeps the file of a disk that Meridian makes when the machine is"
                + " deleted. Left out: Delete, of a retained disk Retain.")
        @Nullable
        ReclaimPolicy reclaimPolicy,

        @JsonPropertyDescription(
                "Size of an image's, blank or retained disk, or of one in a claim's file system; where it is left out an"
                        + " image's own, or the claim's. It may grow, also while the guest runs, and never shrinks.")
        @Nullable
        Quantity size,

        @JsonPropertyDescription(
                "What the guest sees; of a Lun, which is on bus scsi, the node's device itself takes its SCSI commands. Left"
                        + " out: Disk.")
        @Nullable
        DiskDevice device,

        @JsonPropertyDescription("Left out: virtio, of a Cdrom sata, of a Floppy fdc, of a Lun scsi.") @Nullable
        DiskBus bus,

        @JsonPropertyDescription(
                "The machine boots from the disk with the lowest one first; those without follow in their" + " order.")
        @Min(1)
        @Max(255)
        @Nullable
        Integer bootOrder,

        @JsonPropertyDescription(
                "Serial number, as the guest reads it; a Floppy has none, a Lun its own. Left out: the disk's name.")
        @Pattern("^[A-Za-z0-9_.+-]+$")
        @Size(max = 36)
        @Nullable
        String serial,

        @Default("false") @Nullable Boolean readOnly,

        @JsonPropertyDescription("Other machines may write the same raw file or claim at the same time: their guests"
                + " must agree on who writes what, by a cluster file system.")
        @Default("false")
        @Nullable
        Boolean shareable,

        @JsonPropertyDescription("Left out: 512 bytes both.") @Nullable
        DiskBlockSize blockSize,

        @JsonPropertyDescription("How the host caches what is read and written. Left out: QEMU's own, writeback.")
        @Nullable
        DiskCache cache,

        @JsonPropertyDescription("By which of the host's ways it is read and written.") @Nullable
        DiskIo io,

        @JsonPropertyDescription("A thread of the node reads and writes this disk alone, beside those of the virtual"
                + " CPUs; of virtio disks.")
        @Default("false")
        @Nullable
        Boolean dedicatedIOThread,

        @JsonPropertyDescription(
                "Whether what the guest discards is given back to the node. Left out: unmap for image and"
                        + " blank disks.")
        @Nullable
        DiskDiscard discard,

        @JsonPropertyDescription("What is done about writes of zeroes alone.") @Nullable
        DiskDetectZeroes detectZeroes,

        @JsonPropertyDescription("Bounds of what the guest may read and write.") @Nullable
        DiskThrottle throttle) {
    public static final String LEAST = "1Mi";
    public static final String MOST = "64Ti";

    /** The same disk of another size. */
    public Disk withSize(@Nullable Quantity other) {
        return new Disk(
                name,
                hostPath,
                image,
                blank,
                persistentVolumeClaim,
                configMap,
                secret,
                retained,
                volume,
                reclaimPolicy,
                other,
                device,
                bus,
                bootOrder,
                serial,
                readOnly,
                shareable,
                blockSize,
                cache,
                io,
                dedicatedIOThread,
                discard,
                detectZeroes,
                throttle);
    }
}
