package dev.meridian.domain.plan;

import dev.meridian.domain.cloudinit.CloudInitDisk;
import dev.meridian.domain.cloudinit.UserData;
import dev.meridian.domain.machine.CloudInitShape;
import dev.meridian.domain.machine.GivenText;
import dev.meridian.domain.supply.MountedText;
import java.util.Optional;

/** The texts that a machine's spec gives or names, and the files that a start makes of them. */
final class GivenTexts {
    private GivenTexts() {}

    /** What a start still waits for: Secrets that kubelet brings. */
    static Optional<Step> next(Situation s) {
        return s.machine().secrets().stream()
                .flatMap(text -> next(s, text).stream())
                .findFirst()
                .or(() -> mistake(s));
    }

    private static Optional<Step> mistake(Situation s) {
        return s.machine()
                .cloudInit()
                .flatMap(CloudInitShape::userData)
                .flatMap(text -> UserData.mistake(content(s, text))
                        .map(where -> Step.Refuse.of(
                                s.now(),
                                "UserDataInvalid",
                                "%s: what begins with #cloud-config must be YAML, and is none from %s on; correct it"
                                        .formatted(named(text), where))));
    }

    private static String named(GivenText text) {
        return switch (text) {
            case GivenText.Inline _ -> "spec.cloudInit.userData";
            case GivenText.FromSecret secret -> "Secret %s: key %s".formatted(secret.secret(), secret.key());
        };
    }

    private static Optional<Step> next(Situation s, GivenText.FromSecret text) {
        return switch (mounted(s, text)) {
            case MountedText.Text _ -> Optional.empty();
            case MountedText.Awaited() ->
                Optional.of(new Step.Hold(
                        "WaitingForSecret",
                        "Secret %s is not on node %s yet; if namespace %s has none with key %s, create it"
                                .formatted(
                                        text.secret(),
                                        s.host().nodeName(),
                                        s.machine().identity().namespace(),
                                        text.key())));
            case MountedText.Unusable(var why) ->
                Optional.of(Step.Refuse.of(
                        s.now(), "SecretUnusable", "Secret %s: key %s %s".formatted(text.secret(), text.key(), why)));
        };
    }

    private static MountedText mounted(Situation s, GivenText.FromSecret text) {
        return s.supplies().mounted().getOrDefault(text.volume(), new MountedText.Awaited());
    }

    /** The disk for cloud-init, once nothing is waited for. */
    static Optional<NewFile> cloudInit(Situation s) {
        var machine = s.machine().identity();
        return s.machine()
                .cloudInit()
                .map(shape -> new NewFile(
                        s.host().cloudInit(machine), CloudInitDisk.of(machine, shape, text -> content(s, text))));
    }

    private static String content(Situation s, GivenText text) {
        return switch (text) {
            case GivenText.Inline(var inline) -> inline;
            case GivenText.FromSecret secret ->
                mounted(s, secret) instanceof MountedText.Text(var content) ? content : "";
        };
    }
}
