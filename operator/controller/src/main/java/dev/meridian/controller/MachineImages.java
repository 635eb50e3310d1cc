package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Disk;
import dev.meridian.api.v1alpha1.ImageDisk;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.SecretRef;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.domain.placement.NearImages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The images of machines' disks: with which Secrets they are fetched, which kubelet brings to the node, and where they are. */
final class MachineImages {
    private static final String BY_IMAGE = "images";

    private @Nullable InformerEventSource<VirtualMachineImage, VirtualMachine> images;

    /** Wakes the machines that name an image. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        IndexerResourceCache<VirtualMachine> machines = context.getPrimaryCache();
        machines.addIndexer(BY_IMAGE, vm -> names(vm).map(name -> key(vm, name)).toList());
        images = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(VirtualMachineImage.class, VirtualMachine.class)
                        .withName(BY_IMAGE)
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(image ->
                                machines
                                        .byIndex(
                                                BY_IMAGE,
                                                key(image, image.getMetadata().getName()))
                                        .stream()
                                        .map(ResourceID::fromResource)
                                        .collect(Collectors.toSet()))
                        .withOnUpdateFilter(MachineImages::concerns)
                        .withItemStore(Pruned.ofImages())
                        .build(),
                context);
        return images;
    }

    /** The names of their Secrets, in order. */
    Set<String> secrets(VirtualMachine vm) {
        return known(vm)
                .flatMap(image -> secret(image).stream())
                .map(SecretRef::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The nodes near to which it would rather be. */
    List<String> near(VirtualMachine vm) {
        return NearImages.of(
                vm.getMetadata().getUid(), known(vm).map(MachineImages::nodes).toList());
    }

    private Stream<VirtualMachineImage> known(VirtualMachine vm) {
        var known = Objects.requireNonNull(images, "event sources are prepared before anything is reconciled");
        return names(vm)
                .distinct()
                .flatMap(name -> known.get(new ResourceID(name, vm.getMetadata().getNamespace())).stream());
    }

    /** As {@link Pruned#ofImages} has left them. */
    private static Set<String> nodes(VirtualMachineImage image) {
        return image.getStatus() == null
                ? Set.of()
                : image.getStatus().nodes().stream().map(ImageNode::name).collect(Collectors.toSet());
    }

    /** Every node tells in an image's status how far it is with it: that is no affair of all machines that name the image. */
    static boolean concerns(VirtualMachineImage image, VirtualMachineImage before) {
        return !secret(image).equals(secret(before));
    }

    private static Stream<String> names(VirtualMachine vm) {
        return Objects.requireNonNullElse(vm.getSpec().disks(), List.<Disk>of()).stream()
                .map(Disk::image)
                .filter(Objects::nonNull)
                .map(ImageDisk::name);
    }

    private static Optional<SecretRef> secret(VirtualMachineImage image) {
        var spec = image.getSpec();
        return spec.http() == null
                ? Optional.ofNullable(spec.oci()).map(oci -> oci.pullSecretRef())
                : Optional.ofNullable(spec.http().secretRef());
    }

    private static String key(HasMetadata object, String image) {
        return object.getMetadata().getNamespace() + "/" + image;
    }
}
