package dev.meridian.agent;

import dev.meridian.agent.images.CachedImage;
import dev.meridian.agent.images.ImageCache;
import dev.meridian.agent.images.ImageFailed;
import dev.meridian.agent.images.ImageOwner;
import dev.meridian.agent.images.ImageRequest;
import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageProgress;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.image.OpenedSources;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the images to the node that its machines wait for. Images are watched one by one, and only while machines ask
 * for them: a node hears nothing of those that it does not need.
 */
final class ImageFetches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFetches.class);
    private static final Duration AGEING = Duration.ofMinutes(10);

    /** What the rest of the agent knows. */
    interface Node {
        /** Digests of the images that machines of the node use: their overlays need the files. */
        Set<String> imagesInUse();

        /** Where kubelet has put a Secret of the namespace for a machine here, a file a key. */
        Optional<Path> secret(SecretName secret);

        /** Which state of it that is. */
        Optional<String> secretState(SecretName secret);
    }

    private record Name(String namespace, String name) {
        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    private final KubernetesClient client;
    private final String nodeName;
    private final ClusterAddresses cluster;
    private final OpenedPathsSource opened;
    private final EventWriter events;
    private final Node node;
    private final BiConsumer<String, String> changed;
    private final InstantSource clock;
    private final ImageCache cache;
    private final ImageStatusWriter statuses;
    private final Map<Name, ImageFetch> fetches = new ConcurrentHashMap<>();
    private final ExecutorService later = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("image statuses").factory());
    private final ScheduledExecutorService ageing = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("image ageing").factory());

    /**
     * @param directory of the cache; nothing else is in it
     * @param changed told the namespace and name of an image when {@link #of} says something else of it
     */
    ImageFetches(
            KubernetesClient client,
            String nodeName,
            Path directory,
            ImageCache.Settings settings,
            ClusterAddresses cluster,
            OpenedPathsSource opened,
            EventWriter events,
            Node node,
            BiConsumer<String, String> changed,
            InstantSource clock)
            throws IOException {
        this.client = client;
        this.nodeName = nodeName;
        this.cluster = cluster;
        this.opened = opened;
        this.events = events;
        this.node = node;
        this.changed = changed;
        this.clock = clock;
        this.statuses = new ImageStatusWriter(client, nodeName, clock);
        this.cache = new ImageCache(directory, settings, new CacheNeighbours(), clock);
    }

    void start() {
        var _ = ageing.scheduleWithFixedDelay(this::age, AGEING.toSeconds(), AGEING.toSeconds(), TimeUnit.SECONDS);
    }

    private void age() {
        try {
            cache.age();
            cache.verify();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("the room of images was not looked after");
        }
    }

    /** What the node has of an image; asking for it is what brings it here. Never waits. */
    ImageFact of(String namespace, String imageName) {
        return fetches.computeIfAbsent(new Name(namespace, imageName), this::begun)
                .fact();
    }

    private ImageFetch begun(Name name) {
        var informer = client.resources(VirtualMachineImage.class)
                .inNamespace(name.namespace())
                .withName(name.name())
                .runnableInformer(0);
        var fetch = new ImageFetch(informer, name.toString(), new FetchNeighbours(name), clock);
        fetch.start();
        return fetch;
    }

    /** A policy changed: what was refused may be open now. */
    void policiesChanged() {
        fetches.values().forEach(ImageFetch::lookAgain);
    }

    private CachedImage bring(VirtualMachineImage image, IntConsumer percent) throws IOException, InterruptedException {
        var metadata = image.getMetadata();
        var namespace = metadata.getNamespace();
        var source = source(image);
        if (source instanceof ImageSource.NodeFile(var path)) {
            expectOpen(namespace, path);
        }
        return cache.get(
                new ImageRequest(
                        new ImageOwner(namespace, metadata.getName(), metadata.getUid()),
                        source,
                        Objects.requireNonNullElse(image.getSpec().format(), ImageFormat.qcow2),
                        new AddressRules(cluster.now(), opened(namespace))),
                percent);
    }

    private OpenedSources opened(String namespace) throws ImageFailed {
        try {
            return opened.imageSources(namespace);
        } catch (KubernetesClientException e) {
            throw new ImageFailed(ImageProblem.ofWorld(
                    "NodeFailed", "the labels of namespace %s are not known: %s".formatted(namespace, e.getMessage())));
        }
    }

    private static ImageSource source(VirtualMachineImage image) throws ImageFailed {
        try {
            return ImageSource.of(image.getMetadata().getNamespace(), image.getSpec(), architecture());
        } catch (IllegalArgumentException e) {
            throw new ImageFailed(ImageProblem.ofUser("InvalidSpec", String.valueOf(e.getMessage())));
        }
    }

    /** The node's, as Go names it. */
    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            case String same -> same;
        };
    }

    private void expectOpen(String namespace, String path) throws ImageFailed {
        if (!opened.of(namespace).allows(path, false)) {
            throw new ImageFailed(ImageProblem.ofUser(
                    "PathNotOpened",
                    "spec.hostPath.path: %s is in no directory that a HypervisorPolicy opens to namespace %s on this node; ask an administrator to open it"
                            .formatted(path, namespace)));
        }
        switch (HostFiles.of(Path.of(path))) {
            case FileFact.Usable() -> {}
            case FileFact.Missing() ->
                throw new ImageFailed(ImageProblem.ofWorld(
                        "NotFound", "spec.hostPath.path: %s is not on this node; put it there".formatted(path)));
            case FileFact.Refused(var why) ->
                throw new ImageFailed(
                        ImageProblem.ofUser("PathRefused", "spec.hostPath.path: %s %s".formatted(path, why)));
        }
    }

    /** What the cache asks of the node, and tells. */
    private final class CacheNeighbours implements ImageCache.Neighbours {
        @Override
        public Set<String> inUse() {
            return node.imagesInUse();
        }

        @Override
        public Optional<Path> of(SecretName secret) {
            return node.secret(secret);
        }

        @Override
        public void gaveUp(String digest, List<ImageOwner> owners) {
            fetches.values().forEach(fetch -> fetch.lost(digest));
            owners.forEach(owner -> later.execute(() -> tellOfNothing(owner, Optional.empty())));
        }

        @Override
        public void damaged(String digest, List<ImageOwner> owners) {
            var event = new MachineEvent(
                    true,
                    "ImageDamaged",
                    "%s was damaged on node %s; it is fetched anew for the next start".formatted(digest, nodeName));
            fetches.values().forEach(fetch -> fetch.lost(digest));
            owners.forEach(owner -> later.execute(() -> tellOfNothing(owner, Optional.of(event))));
        }
    }

    /** The node has it no longer. */
    private void tellOfNothing(ImageOwner owner, Optional<MachineEvent> event) {
        try {
            var image = client.resources(VirtualMachineImage.class)
                    .inNamespace(owner.namespace())
                    .withName(owner.name())
                    .get();
            if (image != null && image.getMetadata().getUid().equals(owner.uid())) {
                statuses.write(image, new ImageProgress.Nothing());
                event.ifPresent(happened -> events.write(image, happened));
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", owner.namespace())
                    .addKeyValue("name", owner.name())
                    .log("the status of an image that was given up was not written: {}", e.getMessage());
        }
    }

    /** What one fetch asks of the others, and tells. */
    private final class FetchNeighbours implements ImageFetch.Neighbours {
        private final Name name;

        FetchNeighbours(Name name) {
            this.name = name;
        }

        @Override
        public CachedImage bring(VirtualMachineImage image, IntConsumer percent)
                throws IOException, InterruptedException {
            return ImageFetches.this.bring(image, percent);
        }

        @Override
        public boolean isPinned(VirtualMachineImage image) {
            try {
                return source(image).isPinned();
            } catch (ImageFailed _) {
                return true;
            }
        }

        @Override
        public String credentials(VirtualMachineImage image) {
            try {
                return source(image).credentials().flatMap(node::secretState).orElse("");
            } catch (ImageFailed _) {
                return "";
            }
        }

        @Override
        public void changed() {
            changed.accept(name.namespace(), name.name());
        }

        @Override
        public boolean tell(VirtualMachineImage image, ImageProgress progress) {
            try {
                statuses.write(image, progress);
                return true;
            } catch (KubernetesClientException e) {
                LOG.atWarn()
                        .addKeyValue("namespace", name.namespace())
                        .addKeyValue("name", name.name())
                        .log("the status of an image was not written: {}", e.getMessage());
                return false;
            }
        }

        @Override
        public void later(Runnable task) {
            later.execute(task);
        }

        @Override
        public void happened(VirtualMachineImage image, ImageProgress progress) {
            switch (progress) {
                case ImageProgress.Nothing() -> {}
                case ImageProgress.Fetching _ ->
                    events.write(image, new MachineEvent(false, "Fetching", "a node fetches the image"));
                case ImageProgress.Ready(var _, var _, var size, var _, var digest) ->
                    events.write(
                            image,
                            new MachineEvent(
                                    false, "Fetched", "a node has the image: %d bytes, %s".formatted(size, digest)));
                case ImageProgress.Failed(var problem) ->
                    events.write(image, new MachineEvent(true, "FetchFailed", problem.message()));
            }
        }

        @Override
        public void unneeded() {
            fetches.remove(name);
        }
    }

    @Override
    public void close() {
        ageing.shutdownNow();
        fetches.values().forEach(ImageFetch::close);
        later.shutdown();
    }
}
