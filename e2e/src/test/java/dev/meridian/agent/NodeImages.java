package dev.meridian.agent;

import dev.meridian.agent.images.Carrier;
import dev.meridian.agent.images.ImageCache;
import dev.meridian.agent.images.Patience;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.image.Proxies;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A node's images as its agent brings them, with the agent's own rights, for tests that ask for them by name. */
public final class NodeImages implements AutoCloseable {
    private final OpenedPathsSource opened;
    private final EventWriter events;
    private final ImageFetches fetches;

    /** Namespace and name of images that were told to have changed. */
    public final BlockingQueue<String> changed = new LinkedBlockingQueue<>();

    /** @param client with the rights of the node's agent */
    public NodeImages(KubernetesClient client, String node, Path directory) throws IOException {
        opened = new OpenedPathsSource(client, node, this::policiesChanged);
        events = new EventWriter(client, node, EffectWatch.NONE, InstantSource.system());
        fetches = new ImageFetches(
                client,
                node,
                directory,
                new ImageCache.Settings(
                        () -> new Ageing.Limits(Long.MAX_VALUE, 0),
                        Patience.DEFAULT,
                        Proxies.NONE,
                        "qemu-img",
                        Carrier.apart()),
                new ClusterAddresses(List.of(), URI.create(client.getMasterUrl().toString())),
                opened,
                events,
                new NoMachines(),
                (namespace, name) -> changed.add(namespace + "/" + name),
                InstantSource.system());
        opened.start();
        fetches.start();
    }

    private void policiesChanged() {
        fetches.policiesChanged();
    }

    public ImageFact of(String namespace, String name) {
        return fetches.of(namespace, name);
    }

    private record NoMachines() implements ImageFetches.Node {
        @Override
        public Set<String> imagesInUse() {
            return Set.of();
        }

        @Override
        public Optional<Path> secret(SecretName secret) {
            return Optional.empty();
        }

        @Override
        public Optional<String> secretState(SecretName secret) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        fetches.close();
        opened.close();
        events.close();
    }
}
