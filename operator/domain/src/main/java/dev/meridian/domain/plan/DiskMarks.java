package dev.meridian.domain.plan;

import dev.meridian.domain.machine.DiskShape;
import java.util.List;
import java.util.Optional;

/**
 * Which disks' files outlive their machine, noted beside them: a disk that is taken out of the spec keeps the policy that
 * it had there, and nobody has to know the spec when the machine's files are removed.
 */
final class DiskMarks {
    private DiskMarks() {}

    /** The step, or the note that is to be made before it. */
    static Step before(Step step, Situation s) {
        return isOurs(s) && isCalm(step) ? next(s).orElse(step) : step;
    }

    private static boolean isOurs(Situation s) {
        return s.supplies().hasFiles()
                && s.supplies().own().moving().isEmpty()
                && (s.deleting() || s.assignment() instanceof Assignment.Here);
    }

    private static Optional<Step> next(Situation s) {
        var made = s.machine().disks().stream()
                .filter(disk -> disk.source().isMade())
                .toList();
        var retained = names(made.stream()
                .filter(disk -> disk.retained() && !s.supplies().marked().contains(disk.name()))
                .toList());
        var deleted = names(made.stream()
                .filter(disk -> !disk.retained() && s.supplies().marked().contains(disk.name()))
                .toList());
        return retained.isEmpty() && deleted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Step.MarkDisks(s.host().directory(s.machine().identity()), retained, deleted));
    }

    private static List<String> names(List<DiskShape> disks) {
        return disks.stream().map(DiskShape::name).toList();
    }

    /** Nothing that is under way with the guest waits for a note. */
    private static boolean isCalm(Step step) {
        return switch (step) {
            case Step.Settled _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.Wait _,
                    Step.Start _,
                    Step.Undefine _,
                    Step.RemoveFiles _ -> true;
            case Step.InFlight _,
                    Step.StartNetwork _,
                    Step.MakeDisk _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.Guard _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ManagedSave _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.HandOver _,
                    Step.Release _ -> false;
        };
    }
}
