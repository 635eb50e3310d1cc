package dev.meridian.agent.images;

import dev.meridian.agent.images.ImageStore.SourceNote;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.OciManifest;
import dev.meridian.domain.image.Proxies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of a node. What a source gives is fetched once, however many want it, verified, looked into, and kept
 * under its digest. Who may have it is found out for each object anew.
 */
public final class ImageCache {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCache.class);
    private static final Duration PARTIAL_KEPT = Duration.ofDays(1);
    private static final String URL = "spec.http.url";
    private static final String HTTP_SECRET = "spec.http.secretRef";
    private static final String OCI_SECRET = "spec.oci.pullSecretRef";

    /** What the cache may take, and how it works. */
    public record Settings(
            Supplier<Ageing.Limits> limits, Patience patience, Proxies proxies, String qemuImg, Carrier carrier) {}

    /** Whom the cache asks and tells. */
    public interface Neighbours extends SecretFiles {
        /** Digests of images that machines of the node use. */
        Set<String> inUse();

        /** The image was given up, which these objects had been given. */
        void gaveUp(String digest, List<ImageOwner> owners);

        /** The file was damaged on the node, and is put aside; these objects had been given the image. */
        void damaged(String digest, List<ImageOwner> owners);
    }

    private final ImageStore store;
    private final Settings settings;
    private final Neighbours neighbours;
    private final InstantSource clock;
    private final Inspector inspector;
    private final Flights flights = new Flights();

    public ImageCache(Path directory, Settings settings, Neighbours neighbours, InstantSource clock)
            throws IOException {
        this.store = new ImageStore(directory);
        this.settings = settings;
        this.neighbours = neighbours;
        this.clock = clock;
        this.inspector = new Inspector(new QemuImgInfo(settings.qemuImg()));
    }

    /**
     * The image, brought here if need be. Waits for as long as that takes.
     *
     * @param percent told how much of it is here
     * @throws ImageFailed with the reason for the user
     */
    public CachedImage get(ImageRequest request, IntConsumer percent) throws IOException, InterruptedException {
        try (var flight = flights.join(request.source().key(), percent)) {
            var image = image(request, flight::percent);
            store.given(request.owner(), request.source().key(), image.digest().toString());
            if (image.content().format() != request.format()) {
                throw ImageFailed.ofUser(
                        "WrongFormat",
                        "spec.format: the file is %1$s, not %2$s; say format: %1$s, or convert it"
                                .formatted(image.content().format(), request.format()));
            }
            store.used(image.digest(), clock.instant());
            return image;
        }
    }

    private CachedImage image(ImageRequest request, IntConsumer percent) throws IOException, InterruptedException {
        var key = request.source().key();
        var note = store.source(key);
        var kept = note.isPresent() ? store.find(Checksum.parse(note.get().digest())) : Optional.<CachedImage>empty();
        if (kept.isPresent() && request.source().isPinned()) {
            if (!note.get().isOpen()
                    && !store.wasGiven(request.owner(), key, note.get().digest())) {
                authorise(request);
            }
            return kept.get();
        }
        var known = kept.flatMap(_ -> note);
        return switch (request.source()) {
            case ImageSource.Http http -> fetch(request, http, known, percent);
            case ImageSource.Oci oci -> fetch(request, oci, known, percent);
            case ImageSource.NodeFile file -> copy(key, file, known);
        };
    }

    /** The source itself says whether this one, too, may have what another was given: a small request with its own credentials. */
    private void authorise(ImageRequest request) throws IOException {
        switch (request.source()) {
            case ImageSource.Http http -> {
                try (var guarded = guarded(request, http.caBundle(), URL);
                        var response = guarded.get(
                                http.url(),
                                Map.of("Range", "bytes=0-0"),
                                credentials(http).header())) {
                    if (!response.isSuccessful()) {
                        throw guarded.failure(http.url(), response);
                    }
                }
            }
            case ImageSource.Oci oci -> {
                try (var guarded = guarded(request, oci.caBundle(), OciRegistry.FIELD)) {
                    var _ = new OciRegistry(guarded, oci.reference(), credentials(oci)).manifest();
                }
            }
            case ImageSource.NodeFile _ -> {}
        }
    }

    private GuardedHttp guarded(ImageRequest request, Optional<String> caBundle, String field) throws ImageFailed {
        return new GuardedHttp(request.rules(), caBundle, settings.proxies(), settings.patience(), field);
    }

    private Credentials credentials(ImageSource.Http http) throws IOException {
        return http.secret().isEmpty()
                ? Credentials.NONE
                : Credentials.ofServer(directory(http.secret().get(), HTTP_SECRET), HTTP_SECRET);
    }

    private Credentials credentials(ImageSource.Oci oci) throws IOException {
        return oci.secret().isEmpty()
                ? Credentials.NONE
                : Credentials.ofRegistry(
                        directory(oci.secret().get(), OCI_SECRET),
                        oci.reference().registry(),
                        OCI_SECRET);
    }

    private Path directory(ImageSource.SecretName secret, String field) throws ImageFailed {
        return neighbours
                .of(secret)
                .orElseThrow(() -> ImageFailed.ofWorld(
                        "SecretMissing",
                        "%s: Secret %s is not on the node yet; create it if it does not exist"
                                .formatted(field, secret.name())));
    }

    private CachedImage fetch(
            ImageRequest request, ImageSource.Http source, Optional<SourceNote> known, IntConsumer percent)
            throws IOException, InterruptedException {
        var authorization = credentials(source).header();
        var key = source.key();
        var partial = store.partial(key);
        var order = Order.of(
                source.url(),
                URL,
                authorization,
                source.caBundle(),
                request.rules(),
                settings,
                partial,
                source.checksum().map(Checksum::algorithm).orElse(Checksum.Algorithm.sha256),
                known.map(SourceNote::validators).orElse(Partial.Validators.NONE),
                source.isPinned());
        return switch (settings.carrier().bring(order, this::demand, percent)) {
            case Delivery.NotModified() -> unchanged(known);
            case Delivery.Whole whole -> {
                if (source.checksum().isPresent() && !source.checksum().get().equals(whole.digest())) {
                    partial.delete();
                    if (whole.wasResumed()) {
                        // What an earlier attempt left was damaged, or of another file.
                        yield fetch(request, source, known, percent);
                    }
                    throw ImageFailed.ofUser(
                            "ChecksumMismatch",
                            "spec.http.checksum: %s gave %s, not %s; correct the checksum, or the file there"
                                    .formatted(
                                            GuardedHttp.shown(source.url()),
                                            whole.digest(),
                                            source.checksum().get()));
                }
                yield taken(
                        partial,
                        whole.digest(),
                        URL,
                        key,
                        new SourceNote(
                                whole.digest().toString(),
                                whole.validators().etag(),
                                whole.validators().lastModified(),
                                null,
                                authorization.isEmpty() && !whole.neededPolicy()));
            }
        };
    }

    private CachedImage unchanged(Optional<SourceNote> known) throws IOException {
        var digest = Checksum.parse(known.orElseThrow().digest());
        return store.find(digest).orElseThrow(() -> ImageFailed.ofWorld("NodeFailed", "the node lost image " + digest));
    }

    private CachedImage fetch(
            ImageRequest request, ImageSource.Oci source, Optional<SourceNote> known, IntConsumer percent)
            throws IOException, InterruptedException {
        try (var http = guarded(request, source.caBundle(), OciRegistry.FIELD)) {
            var credentials = credentials(source);
            var registry = new OciRegistry(http, source.reference(), credentials);
            var top = registry.manifest();
            if (known.filter(note -> top.digest().toString().equals(note.manifest()))
                    .isPresent()) {
                return unchanged(known);
            }
            var image = image(registry, top.manifest(), source.architecture());
            var file = file(request, registry, source, image, percent);
            return taken(
                    file.partial(),
                    file.digest(),
                    OciRegistry.FIELD,
                    source.key(),
                    new SourceNote(
                            file.digest().toString(),
                            null,
                            null,
                            top.digest().toString(),
                            credentials.header().isEmpty() && !http.wasPolicyNeeded()));
        }
    }

    private static OciManifest.Image image(OciRegistry registry, OciManifest manifest, String architecture)
            throws IOException {
        return switch (manifest) {
            case OciManifest.Image image -> image;
            case OciManifest.Index index -> {
                var digest = index.of(architecture)
                        .orElseThrow(
                                () -> Layers.refused("has no variant for %s, only %s; name one in spec.oci.architecture"
                                        .formatted(architecture, index.architectures())));
                yield switch (registry.manifest(digest).manifest()) {
                    case OciManifest.Image image -> image;
                    case OciManifest.Index _ -> throw Layers.refused("has an index in an index");
                };
            }
        };
    }

    /** A file that is whole, and its digest. */
    private record Whole(Partial partial, Checksum digest) {}

    private Whole file(
            ImageRequest request,
            OciRegistry registry,
            ImageSource.Oci source,
            OciManifest.Image image,
            IntConsumer percent)
            throws IOException, InterruptedException {
        return switch (OciManifest.place(image, source.path())) {
            case OciManifest.Place.Nowhere(var why) -> throw Layers.refused(why);
            case OciManifest.Place.Blob(var layer) -> blob(request, registry, source, layer, percent);
            case OciManifest.Place.Tars(var tars) -> {
                for (var layer : tars) {
                    var blob = blob(request, registry, source, layer, percent);
                    var file = store.partial(source.key() + " file of " + layer.digest());
                    var digest = extracted(source, layer, blob.partial(), file);
                    blob.partial().delete();
                    if (digest.isPresent()) {
                        yield new Whole(file, digest.get());
                    }
                }
                throw Layers.refused(
                        source.path().map("has no file %s"::formatted).orElse("has no file in disk/"));
            }
        };
    }

    private Optional<Checksum> extracted(ImageSource.Oci source, OciManifest.Layer layer, Partial blob, Partial file)
            throws IOException {
        try {
            return new Layers(source.path(), this::demand).extract(blob.file(), layer.isGzip(), file.file());
        } catch (IOException e) {
            blob.delete();
            file.delete();
            throw e instanceof ImageFailed
                    ? e
                    : Layers.refused("has a layer that cannot be unpacked: " + e.getMessage());
        }
    }

    private Whole blob(
            ImageRequest request,
            OciRegistry registry,
            ImageSource.Oci source,
            OciManifest.Layer layer,
            IntConsumer percent)
            throws IOException, InterruptedException {
        var partial = store.partial(source.key() + " blob " + layer.digest());
        var url = registry.blob(layer.digest());
        var order = Order.of(
                url,
                OciRegistry.FIELD,
                registry.authorization(),
                source.caBundle(),
                request.rules(),
                settings,
                partial,
                layer.digest().algorithm(),
                Partial.Validators.NONE,
                true);
        return switch (settings.carrier().bring(order, this::demand, percent)) {
            case Delivery.NotModified() ->
                throw ImageFailed.ofWorld("ServerFailed", GuardedHttp.shown(url) + " answers 304 to a first request");
            case Delivery.Whole whole -> {
                if (layer.digest().equals(whole.digest())) {
                    yield new Whole(partial, whole.digest());
                }
                partial.delete();
                if (whole.wasResumed()) {
                    yield blob(request, registry, source, layer, percent);
                }
                throw Layers.refused(
                        "has a layer %s that arrives as %s; push it anew".formatted(layer.digest(), whole.digest()));
            }
        };
    }

    /** A node's file may change; what machines use must not. */
    private CachedImage copy(String key, ImageSource.NodeFile source, Optional<SourceNote> known)
            throws IOException, InterruptedException {
        var file = Path.of(source.path());
        var stamp = "%s %s %s"
                .formatted(
                        Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS),
                        Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS),
                        Files.size(file));
        if (known.filter(note -> stamp.equals(note.etag())).isPresent()) {
            return unchanged(known);
        }
        demand(Files.size(file));
        var partial = store.partial(key);
        partial.delete();
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                var writer = ContentWriter.continuing(partial.file(), Checksum.Algorithm.sha256)) {
            var chunk = new byte[ContentWriter.CHUNK];
            for (var read = in.readNBytes(chunk, 0, chunk.length);
                    read > 0;
                    read = in.readNBytes(chunk, 0, chunk.length)) {
                writer.write(chunk, read);
            }
            var digest = writer.finish();
            return taken(
                    partial,
                    digest,
                    "spec.hostPath.path",
                    key,
                    new SourceNote(digest.toString(), stamp, null, null, true));
        }
    }

    private CachedImage taken(Partial partial, Checksum digest, String field, String key, SourceNote note)
            throws IOException, InterruptedException {
        try {
            var kept = store.find(digest);
            var image = kept.isPresent()
                    ? kept.get()
                    : store.take(partial.file(), digest, inspector.content(partial.file(), field));
            store.remember(key, note);
            return image;
        } finally {
            partial.delete();
        }
    }

    private void demand(long bytes) throws ImageFailed {
        try {
            giveUp(bytes);
            var limits = settings.limits().get();
            var left = limits.mostBytes()
                    - store.kept().stream().mapToLong(Ageing.Kept::bytes).sum();
            if (left < bytes) {
                throw ImageFailed.ofWorld(
                        "DiskFull",
                        "the node's images may take %d bytes in all: this one needs %d, %d are to be had; have an administrator raise spec.imageCache.maxBytes of a HypervisorPolicy"
                                .formatted(limits.mostBytes(), bytes, Math.max(left, 0)));
            }
            var free = store.freeBytes() - limits.keepFreeBytes();
            if (free < bytes) {
                throw ImageFailed.ofWorld(
                        "DiskFull",
                        "the node has no room: the image needs %d bytes, %d are to be had; make room there"
                                .formatted(bytes, Math.max(free, 0)));
            }
        } catch (ImageFailed e) {
            throw e;
        } catch (IOException e) {
            throw ImageFailed.ofWorld("NodeFailed", "the node cannot tell its room: " + e.getMessage());
        }
    }

    /** Gives up what nobody used for longest, as far as room is short. */
    public void age() throws IOException {
        store.removePartials(clock.instant().minus(PARTIAL_KEPT));
        store.removeDamaged(neighbours.inUse());
        giveUp(0);
    }

    /** Reads the image again that was not read for longest, if that is due. */
    public void verify() throws IOException {
        var due = Ageing.unverified(store.kept(), clock.instant());
        if (due.isPresent()) {
            verify(Checksum.parse(due.get().digest()));
        }
    }

    private void giveUp(long wantedBytes) throws IOException {
        var victims = Ageing.victims(
                store.kept(),
                neighbours.inUse(),
                store.freeBytes(),
                wantedBytes,
                settings.limits().get(),
                clock.instant());
        for (var victim : victims) {
            giveUp(Checksum.parse(victim.digest()));
            LOG.atInfo()
                    .addKeyValue("digest", victim.digest())
                    .addKeyValue("bytes", victim.bytes())
                    .log("image given up for its room");
        }
    }

    private void giveUp(Checksum digest) throws IOException {
        store.remove(digest);
        neighbours.gaveUp(digest.toString(), store.taken(digest));
    }

    /** One that is no longer what its digest says is put aside: it is fetched anew when it is needed. */
    private void verify(Checksum digest) throws IOException {
        var image = store.find(digest);
        if (image.isEmpty()) {
            return;
        }
        if (ContentWriter.digest(image.get().path(), digest.algorithm()).equals(digest)) {
            store.verified(digest, clock.instant());
            return;
        }
        store.putAside(digest);
        LOG.atWarn().addKeyValue("digest", digest).log("image was damaged on the disk, and is put aside");
        neighbours.damaged(digest.toString(), store.taken(digest));
    }
}
