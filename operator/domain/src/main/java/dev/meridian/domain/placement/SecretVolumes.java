package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.GivenText;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * The volumes by which kubelet brings a machine's Secrets to its node. They are mounted in the container as well, for
 * kubelet leaves out what no container mounts.
 */
public final class SecretVolumes {
    private static final int READ_BY_OWNER = 0400;

    private SecretVolumes() {}

    /** Name of the volume of a Secret with which an image is fetched. */
    public static String ofImage(String secret) {
        return "image-" + Digests.sha256(secret).substring(0, 16);
    }

    static List<Volume> of(VirtualMachine vm, ReservationOptions options) {
        var texts = secrets(vm).stream()
                .map(secret -> new VolumeBuilder()
                        .withName(secret.volume())
                        .withNewSecret()
                        .withSecretName(secret.secret())
                        .withDefaultMode(READ_BY_OWNER)
                        .addNewItem()
                        .withKey(secret.key())
                        .withPath(secret.key())
                        .endItem()
                        .endSecret()
                        .build());
        var images = options.imageSecrets().stream()
                .map(secret -> new VolumeBuilder()
                        .withName(ofImage(secret))
                        .withNewSecret()
                        .withSecretName(secret)
                        .withDefaultMode(READ_BY_OWNER)
                        .endSecret()
                        .build());
        return Stream.concat(texts, images).toList();
    }

    static List<VolumeMount> mounts(VirtualMachine vm, ReservationOptions options) {
        return of(vm, options).stream()
                .map(volume -> new VolumeMountBuilder()
                        .withName(volume.getName())
                        .withMountPath("/meridian/" + volume.getName())
                        .withReadOnly(true)
                        .build())
                .toList();
    }

    /** Nothing for a machine that takes none. */
    static String asked(VirtualMachine vm, ReservationOptions options) {
        var asked = Stream.concat(
                        secrets(vm).stream().map(secret -> secret.secret() + "/" + secret.key()),
                        options.imageSecrets().stream())
                .toList();
        return asked.isEmpty() ? "" : " with Secrets " + asked;
    }

    private static List<GivenText.FromSecret> secrets(VirtualMachine vm) {
        return Machine.of(Identity.of(vm.getMetadata()), vm.getSpec()).secrets();
    }
}
