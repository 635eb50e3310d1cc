package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.GivenFiles;
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
 * The volumes by which kubelet brings a machine's ConfigMaps and Secrets to its node. They are mounted in the container as well, for
 * kubelet leaves out what no container mounts.
 */
public final class PodVolumes {
    private static final int READ_BY_OWNER = 0400;

    private PodVolumes() {}

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
        var files = machine(vm).givenFiles().stream().map(PodVolumes::ofFiles);
        return Stream.of(texts, files, images).flatMap(given -> given).toList();
    }

    private static Volume ofFiles(GivenFiles files) {
        return switch (files.kind()) {
            case ConfigMap ->
                new VolumeBuilder()
                        .withName(files.volume())
                        .withNewConfigMap()
                        .withName(files.name())
                        .withDefaultMode(READ_BY_OWNER)
                        .endConfigMap()
                        .build();
            case Secret ->
                new VolumeBuilder()
                        .withName(files.volume())
                        .withNewSecret()
                        .withSecretName(files.name())
                        .withDefaultMode(READ_BY_OWNER)
                        .endSecret()
                        .build();
        };
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
        var secrets = Stream.of(
                        secrets(vm).stream().map(secret -> secret.secret() + "/" + secret.key()),
                        files(vm, GivenFiles.Kind.Secret),
                        options.imageSecrets().stream())
                .flatMap(given -> given)
                .toList();
        var configMaps = files(vm, GivenFiles.Kind.ConfigMap).toList();
        return (secrets.isEmpty() ? "" : " with Secrets " + secrets)
                + (configMaps.isEmpty() ? "" : " with ConfigMaps " + configMaps);
    }

    private static Stream<String> files(VirtualMachine vm, GivenFiles.Kind kind) {
        return machine(vm).givenFiles().stream()
                .filter(files -> files.kind() == kind)
                .map(GivenFiles::name);
    }

    private static List<GivenText.FromSecret> secrets(VirtualMachine vm) {
        return machine(vm).secrets();
    }

    private static Machine machine(VirtualMachine vm) {
        return Machine.of(Identity.of(vm.getMetadata()), vm.getSpec());
    }
}
