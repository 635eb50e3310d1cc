package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.domain.machine.MemoryGrowth;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.NetworkIdentity;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.xml.CpuPins;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The next thing to do about a machine on its node: one effect at the most. */
public sealed interface Step {
    /** All is as wished. */
    record Settled() implements Step {}

    /** Something is under way in the machine's lane. */
    record InFlight() implements Step {}

    /** Nothing to do before {@code until}. */
    record Wait(Instant until, String reason, String message) implements Step {}

    /** Nothing to do until the world changes, which will be told. */
    record Hold(String reason, String message) implements Step {}

    /** Nothing helps but a change by a person; looked at again at {@code retryAt} all the same. */
    record Refuse(Problem problem, Instant retryAt) implements Step {
        private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

        static Refuse of(Instant at, Problem problem) {
            return new Refuse(problem, at.plus(LOOK_AGAIN));
        }

        static Refuse of(Instant at, String reason, String message) {
            return of(at, new Problem(reason, message));
        }
    }

    /** Starts a libvirt network of the node that the machine needs. */
    record StartNetwork(String name) implements Step {}

    /**
     * Makes the file of a disk on the node.
     *
     * @param image of which it is made; without one it is empty
     * @param copied it holds all of the image; else it lies above it
     */
    record MakeDisk(String path, long sizeBytes, @Nullable DiskFile image, boolean copied) implements Step {}

    /** Grows the file of a disk of a machine that is off. */
    record GrowDisk(String path, long sizeBytes) implements Step {}

    /** Makes the file of a disk in a claim's file system, or grows it, for a machine that is off. */
    record SizeClaim(Beneath file, long sizeBytes) implements Step {}

    /** Grows a disk of the running machine, then tells its definition. */
    record ResizeDisk(String target, long sizeBytes, String xml, MachineDocument document) implements Step {}

    /** Plugs virtual CPUs into the running machine until it has so many, then tells its definition. */
    record PlugCpus(int vcpus, String xml, MachineDocument document) implements Step {}

    /** Plugs memory into the running machine until it has so much, then tells its definition. */
    record PlugMemory(MemoryGrowth growth, String xml, MachineDocument document) implements Step {}

    /** Moves the running machine's threads to other CPUs of its node, then tells its definition. */
    record PinCpus(CpuPins pins, String xml, MachineDocument document) implements Step {}

    /** Makes the file of a retained disk the machine's. */
    record AdoptDisk(String retained, String path) implements Step {}

    /** Notes beside the machine's files whose disks' files are to outlive it, and whose are not any more. */
    record MarkDisks(String directory, List<String> retained, List<String> deleted) implements Step {}

    /**
     * Removes the files of a machine that is deleted and whose domain is gone, but for those that are to outlive it.
     *
     * @param retained where these are kept
     */
    record RemoveFiles(String directory, String retained) implements Step {}

    /** Notes beside the machine's files why they are not the machine's. */
    record MarkFiles(String directory, Moving moving) implements Step {}

    /** Has the files that were made for a machine on its way be the machine's. */
    record KeepFiles(String directory) implements Step {}

    /**
     * Removes files that are not the machine's, unless a domain of the machine is here.
     *
     * @param moving what is noted of them; nothing is done where something else is
     */
    record DropFiles(String directory, Moving moving) implements Step {}

    /** Makes files that a guest on its way has. */
    record WriteFiles(List<NewFile> files) implements Step {}

    /**
     * Has a definition hold the place of a machine that is to come, and the files that it has in claims open for it.
     *
     * @param xml that definition
     */
    record Expect(String xml, String migration, List<SharedFile> files) implements Step {}

    /** Takes away what held the place of a machine that the migration does not bring. */
    record StopExpecting(String migration) implements Step {}

    /** Makes a network of ours on the node, with the filters of its guests, or starts it again. */
    record MakeNetwork(NetworkIdentity object, String xml, List<String> filters) implements Step {}

    /** Has a network keep an address for an interface of the machine, in place of what it kept for it. */
    record GiveAddress(String network, List<DhcpHost> instead, DhcpHost host) implements Step {}

    /**
     * Defines the machine as it is wished, and boots it; its virtual CPUs stand still when the document says so.
     *
     * @param files that it needs, made before
     * @param passed opened for it
     */
    record Start(String xml, MachineDocument document, List<NewFile> files, List<PassedFile> passed) implements Step {}

    /** Redefines the machine so that its definition holds what is now known; a running guest is not touched. */
    record Remember(String xml, MachineDocument document) implements Step {}

    /** Gives a domain that somebody renamed its name back. */
    record Rename(String name, String xml, MachineDocument document) implements Step {}

    /** Has the node's guard hold the guest, so that it ends when the node is cut off. */
    record Guard() implements Step {}

    /** Has the virtual CPUs stand still. */
    record Suspend(String xml, MachineDocument document) implements Step {}

    /** Has the virtual CPUs run again. */
    record Resume(String xml, MachineDocument document) implements Step {}

    /** Resets the machine: recorded before, so that it is done at most once. */
    record Reset(String xml, MachineDocument document) implements Step {}

    /** Changes a device of the running machine, then its definition. */
    record UpdateDevice(String device, String xml, MachineDocument document) implements Step {}

    /** Saves the machine's memory on the node, which ends its run. */
    record ManagedSave() implements Step {}

    /** Asks the guest to power off. */
    record Shutdown(Way way) implements Step {
        /** By which way it is asked. */
        public enum Way {
            /** By its agent, which powers off whatever the guest makes of a button; by the button when it is silent. */
            GuestAgent,
            PowerButton
        }
    }

    /** Cuts the power. */
    record Destroy() implements Step {}

    /**
     * Removes the definition of a machine that is off.
     *
     * @param states what the node keeps of it beside
     * @param fate of that, and of what it has from earlier specs
     */
    record Undefine(Set<LocalState> states, Fate fate) implements Step {
        /** What becomes of what a node keeps of a machine. */
        public enum Fate {
            Removed,
            Kept
        }
    }

    /**
     * Notes the migration in the machine's definition, has libvirt take the guest to another node, and has it go on there.
     *
     * @param xml the definition with the note
     * @param there the one that the other node keeps
     * @param copies libvirt's targets of the disks that are copied
     * @param shared the files that both nodes have
     * @param devices the block devices that both have
     */
    record Migrate(
            String xml,
            String there,
            MachineDocument document,
            Outgoing to,
            List<String> copies,
            List<SharedFile> shared,
            List<SharedDevice> devices)
            implements Step {}

    /** Asks the libvirt of the node to which a guest was to go whether it has all of it. */
    record AskTarget(Outgoing to) implements Step {}

    /** Hands the document of a stopped machine over to the next node, by status. */
    record HandOver(MachineDocument document) implements Step {}

    /** Says, by status, that this node has no domain of the machine and will define none. */
    record Release() implements Step {}
}
