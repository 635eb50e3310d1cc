package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import dev.meridian.domain.image.ImageProgress;
import dev.meridian.domain.status.ImageStatuses;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;

/**
 * Writes the node's entry of an image's status, and the conditions that follow. Each node has a field manager of its
 * own: with one for all, each would take the others' entries away.
 */
final class ImageStatusWriter {
    /** The conditions follow from all entries, and others write theirs meanwhile: what the answer says is judged again. */
    private static final int MOST_PATCHES = 3;

    /** The API server takes no longer name of a field manager. */
    private static final int LONGEST_MANAGER = 128;

    private final KubernetesClient client;
    private final String node;
    private final InstantSource clock;
    private final PatchContext apply;

    ImageStatusWriter(KubernetesClient client, String node, InstantSource clock) {
        this.client = client;
        this.node = node;
        this.clock = clock;
        this.apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager(node))
                .withForce(true)
                .build();
    }

    private static String manager(String node) {
        var whole = Meridian.AGENT + "-" + node;
        return whole.length() <= LONGEST_MANAGER
                ? whole
                : whole.substring(0, LONGEST_MANAGER - 9) + "-%08x".formatted(whole.hashCode());
    }

    /** @param image whose generation {@code progress} is of */
    void write(VirtualMachineImage image, ImageProgress progress) {
        var now = image;
        for (var patches = 0; patches < MOST_PATCHES; patches++) {
            var status = status(now);
            var wanted = ImageStatuses.of(status, node, image.getMetadata().getGeneration(), progress, clock.instant());
            if (ImageStatuses.says(status, wanted, node)) {
                return;
            }
            now = patch(image, wanted);
        }
    }

    private static VirtualMachineImageStatus status(VirtualMachineImage image) {
        return image.getStatus() == null ? VirtualMachineImageStatus.NONE : image.getStatus();
    }

    private VirtualMachineImage patch(VirtualMachineImage image, VirtualMachineImageStatus status) {
        var metadata = image.getMetadata();
        var patch = new VirtualMachineImage();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .build());
        patch.setStatus(status);
        return client.resources(VirtualMachineImage.class)
                .inNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .subresource("status")
                .patch(apply, patch);
    }
}
