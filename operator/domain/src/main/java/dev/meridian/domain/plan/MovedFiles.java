package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.Moving.Role;
import java.util.Optional;

/**
 * Whose the files are of a machine that a migration takes from node to node. Those that are made for one that is to come
 * are noted to be so before the first of them is there, and are the machine's when its domain is; those that it leaves are
 * noted to be left once the guest has gone, and go when it is known to run elsewhere.
 */
public final class MovedFiles {
    private MovedFiles() {}

    /** What is to become of files that a node has noted not to be the machine's. */
    public enum Fate {
        Drop,
        Wait
    }

    /**
     * Once no migration brings the machine here.
     *
     * @param machine its status; empty when it is deleted
     */
    public static Fate fate(Moving moving, Optional<VirtualMachineStatus> machine, String node) {
        if (machine.isEmpty()) {
            return Fate.Drop;
        }
        if (node.equals(machine.get().nodeName())) {
            return Fate.Wait;
        }
        return switch (moving.role()) {
            case Coming -> Fate.Drop;
            case Gone -> runsByItsNodesWord(machine.get()) ? Fate.Drop : Fate.Wait;
        };
    }

    /** Not by the word of the node that it left, which stands in the status until the other says something. */
    private static boolean runsByItsNodesWord(VirtualMachineStatus status) {
        var isDefined = status.domain() != null && status.domain().releasedBy() == null;
        return isDefined
                && status.power() != null
                && (status.power().state() == PowerState.Running
                        || status.power().state() == PowerState.Paused);
    }

    /** Of a machine whose domain is here: what was made for its coming is its own. */
    static Optional<Step> whilePresent(Situation s) {
        return isNoted(s, Role.Coming) ? Optional.of(new Step.KeepFiles(directory(s))) : Optional.empty();
    }

    /** Of a machine whose guest has gone, before its definition goes here. */
    static Optional<Step> left(Situation s, Observation.Present seen) {
        var document = seen.document();
        var move = document.move();
        var machine = Machine.of(document.object(), document.applied());
        return move != null
                        && Moves.hasGoneWhole(s, seen)
                        && (s.supplies().hasFiles() || !machine.localState().isEmpty())
                        && !isNoted(s, Role.Gone)
                ? Optional.of(note(s, machine, Role.Gone, move.migration()))
                : Optional.empty();
    }

    /** Of a machine without a domain here. */
    static Optional<Step> whileAbsent(Situation s) {
        var moving = s.supplies().own().moving();
        if (moving.isEmpty()) {
            return Moves.goneFromHere(s)
                    .filter(_ -> s.supplies().hasFiles())
                    .map(out -> note(s, s.machine(), Role.Gone, out.migration()));
        }
        return switch (s.assignment()) {
            case Assignment.Here _ -> Optional.of(here(s, moving.get()));
            // The node keeps them until the machine runs elsewhere, or is gone.
            case Assignment.Leaving _, Assignment.Released _ ->
                s.deleting() ? Optional.of(new Step.Release()) : Optional.empty();
        };
    }

    /** What the last domain knew decides; without it nobody can say what they are, and they go as the machine's own do. */
    private static Step here(Situation s, Moving moving) {
        var last = s.last();
        if (last.isEmpty() && s.deleting()) {
            return new Step.KeepFiles(directory(s));
        }
        if (last.isEmpty()) {
            return Step.Refuse.of(
                    s.now(),
                    "FilesUnclear",
                    "node %s has files in %s that a migration %s, and nothing tells whether the machine's last ones are these; remove the file migration there to use them, or all to begin without"
                            .formatted(
                                    s.host().nodeName(),
                                    directory(s),
                                    switch (moving.role()) {
                                        case Coming -> "was to bring";
                                        case Gone -> "has left behind";
                                    }));
        }
        var isIts = last.get().isArriving(s.host().nodeName())
                && Optional.ofNullable(last.get().move())
                        .filter(move -> moving.isComingBy(move.migration()))
                        .isPresent();
        return isIts ? new Step.KeepFiles(directory(s)) : new Step.DropFiles(directory(s), moving);
    }

    static Step note(Situation s, Machine machine, Role role, String migration) {
        return new Step.MarkFiles(
                directory(s),
                new Moving(
                        role,
                        migration,
                        machine.identity().namespace(),
                        machine.identity().name(),
                        machine.localState().contains(LocalState.NVRAM)
                                ? s.host()
                                        .nvram(
                                                machine.identity(),
                                                machine.firmware().secureBoot())
                                : null,
                        machine.devices().tpm()));
    }

    private static boolean isNoted(Situation s, Role role) {
        return s.supplies()
                .own()
                .moving()
                .filter(moving -> moving.role() == role)
                .isPresent();
    }

    static String directory(Situation s) {
        return s.host().directory(s.machine().identity());
    }
}
