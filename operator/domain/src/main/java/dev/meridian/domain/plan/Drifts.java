package dev.meridian.domain.plan;

import dev.meridian.domain.metadata.Drift;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import java.util.Optional;

/** What somebody did to a machine's domain through libvirt, told from what we do. */
final class Drifts {
    static final String RENAMED = "DomainRenamed";
    static final String UNDEFINED = "DomainUndefined";
    private static final String EDITED = "DefinitionEdited";
    private static final String SUSPENDED = "DomainSuspended";
    private static final String RESUMED = "DomainResumed";
    private static final String STARTED = "DomainStarted";

    private Drifts() {}

    /** The document with what is new; a definition without a mark has it learnt. */
    static MachineDocument after(MachineDocument document, Observation.Present seen, Situation s) {
        if (isEdited(document, seen)) {
            var edited = new Drift(
                    EDITED,
                    s.now(),
                    "somebody edited the domain's definition through libvirt; it is put back, and the running guest is left as it is",
                    true);
            return document.withDrift(edited).withDefinition(null);
        }
        var learnt = document.definition() == null && seen.power().isActive()
                ? document.withDefinition(seen.mark())
                : document;
        return fresh(learnt, seen, s).map(learnt::withDrift).orElse(learnt);
    }

    /** Marks of another libvirt cannot be compared. */
    private static boolean isEdited(MachineDocument document, Observation.Present seen) {
        var known = document.definition();
        return known != null
                && !known.equals(seen.mark())
                && version(known).equals(version(seen.mark()))
                && seen.persistent();
    }

    private static String version(String mark) {
        return mark.substring(0, mark.indexOf('/') + 1);
    }

    private static Optional<Drift> fresh(MachineDocument document, Observation.Present seen, Situation s) {
        if (!seen.persistent()) {
            return Optional.of(new Drift(
                    UNDEFINED,
                    s.now(),
                    "somebody undefined the running domain through libvirt; it is defined again",
                    true));
        }
        if (seen.power().isActive() && document.run().phase() == Run.Phase.Ended) {
            return Optional.of(new Drift(STARTED, s.now(), "somebody started the domain through libvirt", true));
        }
        if (isSuspendedByAnother(document, seen, s)) {
            return unlessTold(document, SUSPENDED, "somebody suspended the domain through libvirt; it is resumed", s);
        }
        return isResumedByAnother(document, seen, s)
                ? unlessTold(document, RESUMED, "somebody resumed the domain through libvirt; it is suspended again", s)
                : Optional.empty();
    }

    /** A guest that is to be held stands still until it is. */
    private static boolean isSuspendedByAnother(MachineDocument document, Observation.Present seen, Situation s) {
        return seen.power().state() == Observation.Power.State.Paused
                && seen.power().reason().equals("USER")
                && !document.paused()
                && !Guarding.isWanted(document)
                && !s.machine().paused();
    }

    private static boolean isResumedByAnother(MachineDocument document, Observation.Present seen, Situation s) {
        return seen.power().state() == Observation.Power.State.Running
                && document.paused()
                && document.stopping() == null
                && s.machine().paused();
    }

    private static Optional<Drift> unlessTold(MachineDocument document, String reason, String message, Situation s) {
        var told = document.drift();
        var isTold = told != null && told.reason().equals(reason) && !told.repaired();
        return isTold ? Optional.empty() : Optional.of(new Drift(reason, s.now(), message, false));
    }

    /** The domain has another name. */
    static MachineDocument renamed(MachineDocument document, Observation.Present seen, Situation s) {
        return document.withDrift(new Drift(
                RENAMED,
                s.now(),
                "somebody renamed the domain to %s through libvirt; it has its name back".formatted(seen.name()),
                true));
    }

    /** The domain is gone, and was here. */
    static MachineDocument undefined(MachineDocument document, Situation s) {
        return document.withDrift(new Drift(
                UNDEFINED, s.now(), "somebody undefined the domain through libvirt; it is defined again", true));
    }

    static MachineDocument repaired(MachineDocument document) {
        var drift = document.drift();
        return drift == null ? document : document.withDrift(drift.whenRepaired());
    }
}
