package dev.meridian.agent.images;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.Cidr;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.image.OpenedSources;
import dev.meridian.domain.image.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A node with a cache of images, to which loopback is open. */
final class TestNode implements ImageCache.Neighbours {
    static final AddressRules LOOPBACK_OPEN =
            new AddressRules(List.of(), new OpenedSources(List.of(), List.of(Cidr.parse("127.0.0.0/8"))));
    static final AddressRules CLOSED = new AddressRules(List.of(), OpenedSources.NONE);
    static final Patience HASTE = new Patience(
            Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(700), 10_000);

    final Path directory;
    final Set<String> inUse = new HashSet<>();
    final List<String> gaveUp = new ArrayList<>();
    final List<String> damaged = new ArrayList<>();
    Ageing.Limits limits = new Ageing.Limits(Long.MAX_VALUE, 0);
    Carrier carrier = Carrier.HERE;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    TestNode(Path directory) {
        this.directory = directory;
    }

    /** As a new process of the agent would have it. */
    ImageCache cache() throws IOException {
        InstantSource clock = () -> now;
        return new ImageCache(
                directory.resolve("cache"),
                new ImageCache.Settings(() -> limits, HASTE, Proxies.NONE, "qemu-img", carrier),
                this,
                clock);
    }

    @Override
    public Set<String> inUse() {
        return inUse;
    }

    @Override
    public void gaveUp(String digest, List<ImageOwner> owners) {
        gaveUp.add(digest);
    }

    @Override
    public void damaged(String digest, List<ImageOwner> owners) {
        damaged.add(digest);
    }

    @Override
    public Optional<Path> of(SecretName secret) {
        return Optional.of(directory.resolve(secret.namespace() + "-" + secret.name()))
                .filter(Files::isDirectory);
    }

    void secret(String namespace, String name, String key, String value) throws IOException {
        var secret = Files.createDirectories(directory.resolve(namespace + "-" + name));
        Files.writeString(secret.resolve(key), value);
    }

    static ImageRequest request(String namespace, ImageSource source, ImageFormat format) {
        return new ImageRequest(
                new ImageOwner(namespace, "image", "uid of " + namespace), source, format, LOOPBACK_OPEN);
    }

    static ImageSource.Http http(TestServer server, URI url, Optional<Checksum> checksum) {
        return new ImageSource.Http(url, checksum, Optional.of(server.certificate()), Optional.empty());
    }

    /** Bytes that do not compress, the same for the same seed; the first ones are no format's mark. */
    static Path raw(Path file, int bytes, int seed) throws IOException {
        var content = new byte[bytes];
        new Random(seed).nextBytes(content);
        content[0] = 0;
        return Files.write(file, content);
    }

    static Checksum checksum(Path file) throws IOException {
        return ContentWriter.digest(file, Checksum.Algorithm.sha256);
    }

    /** What the cache says of an image that it does not give. */
    static ImageProblem problem(ImageCache cache, ImageRequest request) throws IOException, InterruptedException {
        try {
            throw new AssertionError("given: " + cache.get(request, _ -> {}));
        } catch (ImageFailed e) {
            return e.problem();
        }
    }
}
