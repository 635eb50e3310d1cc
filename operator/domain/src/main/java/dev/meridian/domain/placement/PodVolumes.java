package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.machine.GivenClaim;
import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.machine.GivenValue;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeDeviceBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The volumes by which kubelet brings a machine's claims, ConfigMaps and Secrets to its node. They are mounted in the
 * container as well, for kubelet leaves out what no container mounts.
 */
public final class PodVolumes {
    private static final int READ_BY_OWNER = 0400;

    /** Annotation: what each claim has, in bytes. */
    private static final String CAPACITIES = Meridian.GROUP + "/claim-capacities";

    /** Annotation: the claims that several nodes may write at a time. */
    private static final String SHARED = Meridian.GROUP + "/shared-claims";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

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
        var images = options.imageSecrets().stream().map(secret -> ofSecret(ofImage(secret), secret));
        var files = machine(vm).givenFiles().stream().map(PodVolumes::ofFiles);
        var keys = machine(vm).keySecrets().stream().map(PodVolumes::ofKeys);
        var claims = machine(vm).claims().stream().map(PodVolumes::ofClaim);
        return Stream.of(texts, files, keys, claims, images)
                .flatMap(given -> given)
                .toList();
    }

    private static Volume ofClaim(GivenClaim claim) {
        return new VolumeBuilder()
                .withName(claim.volume())
                .withNewPersistentVolumeClaim()
                .withClaimName(claim.name())
                .endPersistentVolumeClaim()
                .build();
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
            case Secret -> ofSecret(files.volume(), files.name());
        };
    }

    /** No start waits for it, and it may come while the machine runs. */
    private static Volume ofKeys(GivenFiles secret) {
        return new VolumeBuilder(ofSecret(secret.volume(), secret.name()))
                .editSecret()
                .withOptional(true)
                .endSecret()
                .build();
    }

    private static Volume ofSecret(String volume, String secret) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(READ_BY_OWNER)
                .endSecret()
                .build();
    }

    static List<VolumeMount> mounts(VirtualMachine vm, ReservationOptions options) {
        var devices = devices(vm, options).stream().map(VolumeDevice::getName).toList();
        return of(vm, options).stream()
                .filter(volume -> !devices.contains(volume.getName()))
                .map(volume -> new VolumeMountBuilder()
                        .withName(volume.getName())
                        .withMountPath(path(volume.getName()))
                        .withReadOnly(volume.getPersistentVolumeClaim() == null)
                        .build())
                .toList();
    }

    /** Claims that are block devices. */
    static List<VolumeDevice> devices(VirtualMachine vm, ReservationOptions options) {
        return machine(vm).claims().stream()
                .filter(claim -> options.claim(claim.name()).block())
                .map(claim -> new VolumeDeviceBuilder()
                        .withName(claim.volume())
                        .withDevicePath(path(claim.volume()))
                        .build())
                .toList();
    }

    /** Where the container has a volume. */
    public static String path(String volume) {
        return "/meridian/" + volume;
    }

    /** What the node is to know of the claims: it may not read them. Nothing without claims. */
    static Map<String, String> annotations(VirtualMachine vm, ReservationOptions options) {
        var claims = machine(vm).claims().stream()
                .map(GivenClaim::name)
                .distinct()
                .sorted()
                .toList();
        var capacities = claims.stream()
                .map(claim -> claim + "=" + options.claim(claim).capacityBytes())
                .collect(Collectors.joining(","));
        var shared =
                claims.stream().filter(claim -> options.claim(claim).shared()).collect(Collectors.joining(","));
        var annotations = new TreeMap<String, String>();
        annotations.put(CAPACITIES, capacities);
        annotations.put(SHARED, shared);
        annotations.values().removeIf(String::isEmpty);
        return annotations;
    }

    /** The claims that several nodes may write at a time, by a pod's annotations. */
    public static Set<String> sharedClaims(Map<String, String> annotations) {
        return Pattern.compile(",")
                .splitAsStream(annotations.getOrDefault(SHARED, ""))
                .filter(claim -> !claim.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The capacity of a claim by a pod's annotations; 0 when they do not say it. */
    public static long capacityBytes(Map<String, String> annotations, String claim) {
        return Pattern.compile(",")
                .splitAsStream(annotations.getOrDefault(CAPACITIES, ""))
                .map(entry -> entry.split("=", 2))
                .filter(entry -> entry[0].equals(claim)
                        && entry.length == 2
                        && NUMBER.matcher(entry[1]).matches())
                .mapToLong(entry -> Long.parseLong(entry[1]))
                .findFirst()
                .orElse(0);
    }

    /** Nothing for a machine that takes none. */
    static String asked(VirtualMachine vm, ReservationOptions options) {
        var secrets = Stream.of(
                        secrets(vm).stream().map(secret -> secret.secret() + "/" + secret.key()),
                        files(vm, GivenFiles.Kind.Secret),
                        machine(vm).keySecrets().stream().map(GivenFiles::name),
                        options.imageSecrets().stream())
                .flatMap(given -> given)
                .toList();
        return listed("Secrets", secrets)
                + listed("ConfigMaps", files(vm, GivenFiles.Kind.ConfigMap).toList())
                + listed(
                        "claims",
                        machine(vm).claims().stream()
                                .map(claim -> claim.name()
                                        + (options.claim(claim.name()).block() ? " (Block)" : ""))
                                .toList());
    }

    private static String listed(String kind, List<String> names) {
        return names.isEmpty() ? "" : " with " + kind + " " + names;
    }

    private static Stream<String> files(VirtualMachine vm, GivenFiles.Kind kind) {
        return machine(vm).givenFiles().stream()
                .filter(files -> files.kind() == kind)
                .map(GivenFiles::name);
    }

    private static List<GivenValue.FromSecret> secrets(VirtualMachine vm) {
        return machine(vm).secrets();
    }

    private static Machine machine(VirtualMachine vm) {
        return Machine.of(Identity.of(vm.getMetadata()), vm.getSpec());
    }
}
