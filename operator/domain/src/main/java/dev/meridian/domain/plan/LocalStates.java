package dev.meridian.domain.plan;

import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where what a node keeps of a machine is: it is never begun anew on another node without a word. */
public final class LocalStates {
    private LocalStates() {}

    static Optional<Problem> elsewhere(Situation s, Optional<MachineDocument> before) {
        var needed = s.machine().localState();
        return before.filter(document -> !document.isArriving(s.host().nodeName()))
                .map(MachineDocument::stateNode)
                .filter(node -> !needed.isEmpty() && !node.equals(s.host().nodeName()))
                .map(node -> new Problem(
                        "StateElsewhere",
                        "node %s keeps the machine's %s, which node %s does not have; have the machine go back there with spec.nodeSelector, or take %s out of the spec to start without"
                                .formatted(node, names(s.machine()), s.host().nodeName(), fields(s.machine()))));
    }

    /** A machine that is started without, elsewhere, has given it up. */
    static @Nullable String nodeAtStart(Situation s, Optional<MachineDocument> before) {
        var here = s.host().nodeName();
        return s.machine().localState().isEmpty()
                ? before.map(MachineDocument::stateNode).filter(here::equals).orElse(null)
                : here;
    }

    /** Only a deleted machine's is removed, and one that has gone to another node has it there. */
    static Step.Undefine undefine(Situation s, MachineDocument document) {
        var states = Machine.of(s.machine().identity(), document.applied()).localState();
        var isIts = s.deleting() && !document.isLeaving(s.host().nodeName());
        return new Step.Undefine(states, isIts ? Step.Undefine.Fate.Removed : Step.Undefine.Fate.Kept);
    }

    private static String names(Machine machine) {
        return machine.localState().stream().map(Enum::name).collect(Collectors.joining(" and "));
    }

    private static String fields(Machine machine) {
        return machine.localState().stream()
                .map(state -> switch (state) {
                    case NVRAM -> "firmware.bootloader";
                    case TPM -> "tpm";
                    case Disks -> "the disks";
                })
                .collect(Collectors.joining(" and "));
    }
}
