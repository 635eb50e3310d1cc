package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What fetching an image costs, beside the same by hand. */
final class ImageBench {
    private static final int TIMES = Integer.getInteger("bench.images.times", 3);
    private static final int MEBIBYTES = Integer.getInteger("bench.images.mib", 1024);

    private ImageBench() {}

    static void run(Testbed testbed) {
        try {
            measure(Path.of(testbed.repository(), "operator", "app", "target", "meridian"));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void measure(Path operator) throws IOException, GeneralSecurityException {
        var directory = Files.createTempDirectory("meridian-bench");
        try (var server = ImageServer.start(directory, "127.0.0.1")) {
            var small = random(directory.resolve("small"), 1);
            var large = random(directory.resolve("large"), MEBIBYTES);
            var certificate = Files.writeString(directory.resolve("ca.pem"), server.certificate());
            var byHand = new ArrayList<Double>();
            var ours = new ArrayList<Double>();
            var growth = new ArrayList<Double>();
            for (var time = 0; time < TIMES; time++) {
                byHand.add(byHand(certificate, server.url("large"), directory.resolve("by-hand")));
                var said = ours(operator, directory.resolve("cache-" + time), certificate, server, small, large);
                ours.add(said.getFirst());
                growth.add(said.getLast());
            }
            Figures.note("%d MiB: by hand %s s, ours %s s", MEBIBYTES, byHand, ours);
            Figures.atMost("image-download-ratio", Figures.percentile(ours, 50) / Figures.percentile(byHand, 50), 1.15);
            Figures.atMost("agent-rss-download-mib", Figures.percentile(growth, 50), 16);
        } finally {
            Testbed.run(List.of("rm", "-rf", directory.toString())).orFail();
        }
    }

    /** The digest, as {@code sha256sum} says it. */
    private static String random(Path file, int mebibytes) {
        Testbed.run(List.of(
                        "sh",
                        "-c",
                        "{ printf '\\0'; head -c %d /dev/urandom; } > %s".formatted((mebibytes << 20) - 1, file)))
                .orFail();
        return "sha256:" + sum(file);
    }

    private static String sum(Path file) {
        return Testbed.run(List.of("sha256sum", file.toString())).orFail().replaceAll("(?s) .*", "");
    }

    private static double byHand(Path certificate, String url, Path to) {
        var began = System.nanoTime();
        Testbed.run(List.of("curl", "-sS", "--cacert", certificate.toString(), "-o", to.toString(), url))
                .orFail();
        sum(to);
        var seconds = (System.nanoTime() - began) / 1e9;
        try {
            Files.delete(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return seconds;
    }

    /** With the agent's flags, jars and cache. */
    private static List<Double> ours(
            Path operator, Path cache, Path certificate, ImageServer server, String small, String large) {
        var said = Testbed.run(List.of(
                        operator.resolve("runtime/bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xss512k",
                        "-Xms8m",
                        "-Xmx256m",
                        "-Xmn4m",
                        "-Dmeridian.download.aot=" + operator.resolve("meridian-download.aot"),
                        "-cp",
                        operator.resolve("lib/meridian-app.jar") + ":" + classpath(),
                        ImageDownload.class.getName(),
                        cache.toString(),
                        certificate.toString(),
                        server.url("small"),
                        small,
                        server.url("large"),
                        large,
                        "1"))
                .orFail();
        Testbed.run(List.of("rm", "-rf", cache.toString())).orFail();
        return said.lines()
                .filter(line -> line.matches("-?[0-9.]+"))
                .map(Double::parseDouble)
                .toList();
    }

    /** Ours, in whatever way Maven loaded it. */
    private static String classpath() {
        return ImageBench.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
                : System.getProperty("java.class.path");
    }
}
