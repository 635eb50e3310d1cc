package dev.meridian.domain.status;

import dev.meridian.domain.plan.Moves;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;

/** A machine's state in one word, for people. */
final class PrintableStatus {
    private PrintableStatus() {}

    static String of(Situation s, Step step) {
        if (s.deleting()) {
            return "Terminating";
        }
        if (Moves.isUnderWay(s)) {
            return "Migrating";
        }
        return switch (s.observation()) {
            case Observation.Unreachable _ -> "Unknown";
            case Observation.NewerFormat _, Observation.UnreadableHandover _, Observation.Foreign _ -> "Error";
            case Observation.Absent() -> off(s, step);
            case Observation.Present seen -> seen.power().isActive() ? active(seen) : off(s, step);
        };
    }

    private static String active(Observation.Present seen) {
        if (seen.document().stopping() != null) {
            return "Stopping";
        }
        return switch (seen.power().state()) {
            case Running -> "Running";
            case Paused, Suspended -> "Paused";
            case ShuttingDown -> "Stopping";
            case Shutoff, Crashed -> "Stopped";
        };
    }

    private static String off(Situation s, Step step) {
        return switch (step) {
            case Step.Settled _,
                    Step.Undefine _,
                    Step.RemoveFiles _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.HandOver _,
                    Step.Release _ -> "Stopped";
            case Step.Start _,
                    Step.StartNetwork _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.InFlight _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.Guard _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _ -> AsWished.isToRun(s) ? "Starting" : "Stopping";
            case Step.MakeDisk _, Step.AdoptDisk _, Step.GrowDisk _, Step.SizeClaim _ -> "Preparing";
            case Step.Hold(var reason, var _) -> reason.equals("ImageFetching") ? "Preparing" : "Pending";
            case Step.Refuse _ -> "Error";
            case Step.Wait(var _, var reason, var _) -> reason.equals("CrashLoopBackOff") ? "Crashed" : "Error";
            case Step.Shutdown _, Step.Destroy _, Step.ManagedSave _ -> "Stopping";
        };
    }
}
