package dev.meridian.e2e;

import dev.meridian.agent.images.Carrier;
import dev.meridian.agent.images.ImageCache;
import dev.meridian.agent.images.ImageOwner;
import dev.meridian.agent.images.ImageRequest;
import dev.meridian.agent.images.Patience;
import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.Cidr;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.ImageSource.SecretName;
import dev.meridian.domain.image.OpenedSources;
import dev.meridian.domain.image.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A process that fetches images as an agent does: a small one first, so that what is loaded once is not counted, then
 * the large one, some times. Prints seconds of each, then by how many MiB the large ones let its memory grow.
 */
final class ImageDownload {
    private ImageDownload() {}

    /** Arguments: cache, certificate, URL and checksum of a small file, of a large one, times. */
    public static void main(String[] arguments) throws Exception {
        var cache = Path.of(arguments[0]);
        var certificate = Files.readString(Path.of(arguments[1]));
        fetch(cache.resolve("small"), certificate, arguments[2], arguments[3]);
        var before = residentKib();
        for (var time = 0; time < Integer.parseInt(arguments[6]); time++) {
            var began = System.nanoTime();
            fetch(cache.resolve("large-" + time), certificate, arguments[4], arguments[5]);
            System.out.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - began) / 1e9);
        }
        System.out.printf(Locale.ROOT, "%.1f%n", (residentKib() - before) / 1024.0);
    }

    private static void fetch(Path directory, String certificate, String url, String checksum) throws Exception {
        var cache = new ImageCache(
                directory,
                new ImageCache.Settings(
                        () -> new Ageing.Limits(Long.MAX_VALUE, 0),
                        Patience.DEFAULT,
                        Proxies.NONE,
                        "qemu-img",
                        Carrier.apart()),
                new Alone(),
                InstantSource.system());
        var request = new ImageRequest(
                new ImageOwner("bench", "image", "uid"),
                new ImageSource.Http(
                        URI.create(url),
                        Optional.of(Checksum.parse(checksum)),
                        Optional.of(certificate),
                        Optional.empty()),
                ImageFormat.raw,
                new AddressRules(List.of(), new OpenedSources(List.of(), List.of(Cidr.parse("0.0.0.0/0")))));
        var failure = new Exception[1];
        var thread = Thread.ofVirtual().start(() -> {
            try {
                cache.get(request, _ -> {});
            } catch (IOException | InterruptedException e) {
                failure[0] = e;
            }
        });
        thread.join();
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private record Alone() implements ImageCache.Neighbours {
        @Override
        public Set<String> inUse() {
            return Set.of();
        }

        @Override
        public void gaveUp(String digest, List<ImageOwner> owners) {}

        @Override
        public void damaged(String digest, List<ImageOwner> owners) {}

        @Override
        public Optional<Path> of(SecretName secret) {
            return Optional.empty();
        }
    }
}
