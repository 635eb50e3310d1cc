package dev.meridian.domain.plan;

import dev.meridian.domain.cloudinit.CloudInitDisk;
import dev.meridian.domain.cloudinit.UserData;
import dev.meridian.domain.ignition.IgnitionConfig;
import dev.meridian.domain.machine.CloudInitShape;
import dev.meridian.domain.machine.GivenValue;
import dev.meridian.domain.supply.MountedValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** The values that a machine's spec gives or names, and the files that a start makes of them. */
final class GivenValues {
    private GivenValues() {}

    /** What a start still waits for: Secrets that kubelet brings. */
    static Optional<Step> next(Situation s) {
        return s.machine().secrets().stream()
                .flatMap(value -> next(s, value).stream())
                .findFirst()
                .or(() -> mistake(s));
    }

    private static Optional<Step> mistake(Situation s) {
        return s.machine()
                .cloudInit()
                .flatMap(CloudInitShape::userData)
                .flatMap(value -> userDataMistake(s, value))
                .<Step>map(message -> Step.Refuse.of(s.now(), "UserDataInvalid", message))
                .or(() -> s.machine()
                        .ignition()
                        .flatMap(value -> ignitionMistake(s, value))
                        .map(message -> Step.Refuse.of(s.now(), "IgnitionInvalid", message)));
    }

    private static Optional<String> userDataMistake(Situation s, GivenValue value) {
        var named = named(
                value,
                switch (value) {
                    case GivenValue.Encoded _ -> "spec.cloudInit.userDataBase64";
                    case GivenValue.Inline _, GivenValue.FromSecret _ -> "spec.cloudInit.userData";
                });
        if (value instanceof GivenValue.Encoded encoded && encoded.content().isEmpty()) {
            return Optional.of(named + ": it is no base64; give what base64 makes of the user data");
        }
        return UserData.mistake(content(s, value))
                .map(where -> "%s: what begins with #cloud-config must be YAML, and is none from %s on; correct it"
                        .formatted(named, where));
    }

    private static Optional<String> ignitionMistake(Situation s, GivenValue value) {
        return IgnitionConfig.mistake(content(s, value))
                .map(mistake -> "%s: it %s".formatted(named(value, "spec.ignition.config"), mistake));
    }

    private static String named(GivenValue value, String field) {
        return switch (value) {
            case GivenValue.Inline _, GivenValue.Encoded _ -> field;
            case GivenValue.FromSecret secret -> "Secret %s: key %s".formatted(secret.secret(), secret.key());
        };
    }

    private static Optional<Step> next(Situation s, GivenValue.FromSecret value) {
        return switch (mounted(s, value)) {
            case MountedValue.Value _ -> Optional.empty();
            case MountedValue.Awaited() ->
                Optional.of(new Step.Hold(
                        "WaitingForSecret",
                        "Secret %s is not on node %s yet; if namespace %s has none with key %s, create it"
                                .formatted(
                                        value.secret(),
                                        s.host().nodeName(),
                                        s.machine().identity().namespace(),
                                        value.key())));
            case MountedValue.Unusable(var why) ->
                Optional.of(Step.Refuse.of(
                        s.now(), "SecretUnusable", "Secret %s: key %s %s".formatted(value.secret(), value.key(), why)));
        };
    }

    private static MountedValue mounted(Situation s, GivenValue.FromSecret value) {
        return s.supplies().mounted().getOrDefault(value.volume(), new MountedValue.Awaited());
    }

    /** The disk for cloud-init and the file for Ignition, once nothing is waited for. */
    static Stream<NewFile> files(Situation s) {
        var machine = s.machine().identity();
        var cloudInit = s.machine()
                .cloudInit()
                .map(shape -> new NewFile(
                        s.host().cloudInit(machine), CloudInitDisk.of(machine, shape, value -> content(s, value))));
        var ignition = s.machine().ignition().map(value -> new NewFile(s.host().ignition(machine), content(s, value)));
        return Stream.of(cloudInit, ignition).flatMap(Optional::stream);
    }

    /** Once nothing is waited for, and no mistake found. */
    private static byte[] content(Situation s, GivenValue given) {
        return switch (given) {
            case GivenValue.Inline(var inline) -> inline.getBytes(StandardCharsets.UTF_8);
            case GivenValue.Encoded encoded -> encoded.content().orElseThrow();
            case GivenValue.FromSecret secret ->
                mounted(s, secret) instanceof MountedValue.Value value ? value.content() : new byte[0];
        };
    }
}
