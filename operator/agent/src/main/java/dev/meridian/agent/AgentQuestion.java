package dev.meridian.agent;

import dev.meridian.domain.guest.AgentCommands;
import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.machine.ProbeShape;
import dev.meridian.libvirt.ErrorKind;
import dev.meridian.libvirt.LibvirtException;
import java.util.OptionalLong;

/** A probe's question that a guest's agent answers. */
final class AgentQuestion {
    private AgentQuestion() {}

    /** What came of it so far. */
    sealed interface Said {
        record Outcome(ProbeOutcome outcome) implements Said {}

        /** The command has not ended. */
        record Runs(long process) implements Said {}

        /** The command was not begun, for that of an earlier time has not ended. */
        record StillRuns() implements Said {}
    }

    /** @param unfinished the guest's process of this question's last command, if it did not end in time */
    static Said ask(ProbeShape.OfAgent question, OptionalLong unfinished, GuestAgent agent) {
        return switch (question) {
            case ProbeShape.Ping() -> {
                agent.ping();
                yield new Said.Outcome(new ProbeOutcome.Succeeded());
            }
            case ProbeShape.Exec exec -> begin(exec, unfinished, agent);
        };
    }

    /** One command at a time: what has not ended is not begun again, or the guest would fill with them. */
    private static Said begin(ProbeShape.Exec exec, OptionalLong unfinished, GuestAgent agent) {
        if (unfinished.isPresent() && stillRuns(unfinished.getAsLong(), agent)) {
            return new Said.StillRuns();
        }
        var process = agent.exec(exec.command());
        return process.isPresent()
                ? status(process.getAsLong(), agent)
                : new Said.Outcome(new ProbeOutcome.Failed("the guest agent does not tell of the command"));
    }

    /** The agent knows of no process whose end it has told, or that another agent began. */
    private static boolean stillRuns(long process, GuestAgent agent) {
        try {
            return status(process, agent) instanceof Said.Runs;
        } catch (LibvirtException e) {
            if (e.is(ErrorKind.INTERNAL_ERROR)) {
                return false;
            }
            throw e;
        }
    }

    /** How a command fares. */
    static Said status(long process, GuestAgent agent) {
        return AgentCommands.ended(agent.execStatus(process))
                .<Said>map(Said.Outcome::new)
                .orElseGet(() -> new Said.Runs(process));
    }
}
