package dev.meridian.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageSource;
import dev.meridian.domain.image.ImageSource.SecretName;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCacheTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path keys;

    @TempDir
    private Path directory;

    private TestServer server;
    private TestNode node;

    @BeforeAll
    static void qemuImgIsThere() {
        assertThat(Path.of("/usr/bin/qemu-img")).isExecutable();
    }

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(keys);
        node = new TestNode(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path raw(int bytes) throws IOException {
        return TestNode.raw(directory.resolve("file.raw"), bytes, bytes);
    }

    private ImageRequest pinned(Path file) throws IOException {
        return TestNode.request(
                "shop",
                TestNode.http(server, server.url("/file"), Optional.of(TestNode.checksum(file))),
                ImageFormat.raw);
    }

    private ImageRequest unpinned(String namespace) {
        return TestNode.request(
                namespace, TestNode.http(server, server.url("/file"), Optional.empty()), ImageFormat.raw);
    }

    @Test
    void imageIsKeptReadOnlyUnderItsDigest() throws Exception {
        // given
        var file = raw(3 * MIB);
        server.serve("/file", file, "\"a\"");
        var percents = new ArrayList<Integer>();
        // when
        var image = node.cache().get(pinned(file), percents::add);
        // then
        assertThat(image.path()).hasSameBinaryContentAs(file);
        assertThat(image.path().toString())
                .endsWith("content/sha256-" + image.digest().hex());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(image.path())))
                .isEqualTo("r--r--r--");
        assertThat(image.content().virtualSizeBytes()).isEqualTo(3 * MIB);
        assertThat(percents).isSorted().endsWith(100);
        assertThat(directory.resolve("cache/partial")).isEmptyDirectory();
    }

    @Test
    void twentyThatWaitCauseOneDownload() throws Exception {
        // given
        var file = raw(4 * MIB);
        server.serve("/file", file, "\"a\"");
        var cache = node.cache();
        var request = pinned(file);
        var waiting = new ArrayList<Callable<CachedImage>>();
        for (var i = 0; i < 20; i++) {
            waiting.add(() -> cache.get(request, _ -> {}));
        }
        // when
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var image : threads.invokeAll(waiting)) {
                assertThat(image.get().path()).exists();
            }
        }
        // then
        assertThat(server.count("/file")).isEqualTo(1);
    }

    @Test
    void pinnedImageIsThereWithoutItsServer() throws Exception {
        // given
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        var request = pinned(file);
        node.cache().get(request, _ -> {});
        server.close();
        // when
        var image = node.cache().get(request, _ -> {});
        // then
        assertThat(image.path()).exists();
    }

    @Test
    void imageIsBroughtByAProcessOfItsOwn() throws Exception {
        // given
        node.carrier = Carrier.apart();
        var file = raw(3 * MIB);
        var times = new AtomicInteger();
        server.on(
                "/file",
                exchange -> TestServer.answer(
                        exchange, file, "\"a\"", times.getAndIncrement() == 0 ? MIB : Long.MAX_VALUE));
        var cache = node.cache();
        var percents = new ArrayList<Integer>();
        // when
        var image = cache.get(unpinned("shop"), percents::add);
        var again = cache.get(unpinned("shop"), _ -> {});
        // then
        assertThat(image.path()).hasSameBinaryContentAs(file);
        assertThat(again).isEqualTo(image);
        assertThat(percents).endsWith(100);
        assertThat(server.asked.get(1).range()).isEqualTo("bytes=1048576-");
        assertThat(server.asked.getLast().ifNoneMatch()).isEqualTo("\"a\"");
    }

    @Test
    void processOfItsOwnIsUnderstoodWhenItsJvmComplainsOfItsCache() throws Exception {
        // given
        node.carrier = Carrier.apart();
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        System.setProperty("meridian.download.aot", file.toString());
        try {
            // when
            var image = node.cache().get(unpinned("shop"), _ -> {});
            // then
            assertThat(image.path()).hasSameBinaryContentAs(file);
        } finally {
            System.clearProperty("meridian.download.aot");
        }
    }

    @Test
    void processOfItsOwnSaysWhatFailed() throws Exception {
        // given
        node.carrier = Carrier.apart();
        node.limits = new Ageing.Limits(Long.MAX_VALUE, Long.MAX_VALUE / 2);
        server.serve("/file", raw(MIB), "\"a\"");
        server.on("/gone", exchange -> TestServer.status(exchange, 404));
        var gone = TestNode.http(server, server.url("/gone"), Optional.empty());
        // when
        var noRoom = TestNode.problem(node.cache(), unpinned("shop"));
        var notFound = TestNode.problem(node.cache(), TestNode.request("shop", gone, ImageFormat.raw));
        // then
        assertThat(noRoom.reason()).isEqualTo("DiskFull");
        assertThat(notFound.reason()).isEqualTo("NotFound");
        assertThat(notFound.cure()).isEqualTo(ImageProblem.Cure.CHANGE);
    }

    @Test
    void imageWithoutChecksumIsAskedForAnewAndNotFetchedAgain() throws Exception {
        // given
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        var cache = node.cache();
        var first = cache.get(unpinned("shop"), _ -> {});
        // when
        var again = cache.get(unpinned("shop"), _ -> {});
        // then
        assertThat(again).isEqualTo(first);
        assertThat(server.asked).extracting(TestServer.Asked::ifNoneMatch).containsExactly(null, "\"a\"");
    }

    @Test
    void changedSourceIsAnotherImage() throws Exception {
        // given
        var file = raw(MIB);
        var etag = new AtomicInteger();
        server.on("/file", exchange -> TestServer.answer(exchange, file, "\"" + etag.get() + "\"", Long.MAX_VALUE));
        var cache = node.cache();
        var first = cache.get(unpinned("shop"), _ -> {});
        // when
        TestNode.raw(file, MIB, 99);
        etag.incrementAndGet();
        var second = cache.get(unpinned("shop"), _ -> {});
        // then
        assertThat(second.digest()).isNotEqualTo(first.digest());
        assertThat(first.path()).exists();
        assertThat(second.path()).exists();
    }

    @Test
    void wrongChecksumIsRefusedAndNothingIsKept() throws Exception {
        // given
        server.serve("/file", raw(MIB), "\"a\"");
        var wrong = new Checksum(Checksum.Algorithm.sha256, "0".repeat(64));
        var request = TestNode.request(
                "shop", TestNode.http(server, server.url("/file"), Optional.of(wrong)), ImageFormat.raw);
        // when
        var problem = TestNode.problem(node.cache(), request);
        // then
        assertThat(problem.reason()).isEqualTo("ChecksumMismatch");
        assertThat(problem.message())
                .startsWith("spec.http.checksum: ")
                .endsWith("not %s; correct the checksum, or the file there".formatted(wrong));
        assertThat(directory.resolve("cache/partial")).isEmptyDirectory();
        assertThat(directory.resolve("cache/content")).isEmptyDirectory();
    }

    @Test
    void truncatedBodyIsGoneOnWith() throws Exception {
        // given
        var file = raw(3 * MIB);
        var times = new AtomicInteger();
        server.on(
                "/file",
                exchange ->
                        TestServer.answer(exchange, file, "\"a\"", times.getAndIncrement() < 2 ? MIB : Long.MAX_VALUE));
        // when
        var image = node.cache().get(pinned(file), _ -> {});
        // then
        assertThat(image.path()).hasSameBinaryContentAs(file);
        assertThat(server.asked)
                .extracting(TestServer.Asked::range)
                .containsExactly(null, "bytes=1048576-", "bytes=2097152-");
        assertThat(server.asked.getLast().ifRange()).isEqualTo("\"a\"");
    }

    @Test
    void bodyThatStaysTruncatedIsTold() throws Exception {
        // given
        var file = raw(MIB);
        server.on("/file", exchange -> TestServer.answer(exchange, file, "\"a\"", 0));
        // when
        var problem = TestNode.problem(node.cache(), pinned(file));
        // then
        assertThat(problem.reason()).isEqualTo("DownloadBroken");
        assertThat(problem.cure()).isEqualTo(ImageProblem.Cure.TIME);
    }

    @Test
    void downloadOutlivesTheAgent() throws Exception {
        // given
        var file = raw(4 * MIB);
        var half = new CountDownLatch(1);
        var isFirst = new AtomicInteger();
        server.on("/file", exchange -> {
            if (isFirst.getAndIncrement() > 0) {
                TestServer.answer(exchange, file, "\"a\"", Long.MAX_VALUE);
                return;
            }
            exchange.getResponseHeaders().set("ETag", "\"a\"");
            exchange.sendResponseHeaders(200, 4 * MIB);
            exchange.getResponseBody().write(Files.readAllBytes(file), 0, 2 * MIB);
            exchange.getResponseBody().flush();
            half.countDown();
            awaitQuietly(new CountDownLatch(1), Duration.ofSeconds(5));
        });
        var request = pinned(file);
        var cache = node.cache();
        var fetch = Thread.ofVirtual().start(() -> {
            try {
                cache.get(request, _ -> {});
            } catch (IOException | InterruptedException _) {
                // as the agent's end has it
            }
        });
        half.await();
        var partial = directory.resolve("cache/partial");
        Awaitility.await().until(() -> sizes(partial) >= 2 * MIB);
        fetch.interrupt();
        fetch.join();
        // when
        var image = node.cache().get(request, _ -> {});
        // then
        assertThat(image.path()).hasSameBinaryContentAs(file);
        assertThat(server.asked.getLast().range()).isEqualTo("bytes=2097152-");
    }

    private static long sizes(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void awaitQuietly(CountDownLatch latch, Duration most) {
        try {
            var _ = latch.await(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void damagedPartIsFetchedAnew() throws Exception {
        // given
        var file = raw(2 * MIB);
        var times = new AtomicInteger();
        server.on("/file", exchange -> {
            if (times.getAndIncrement() == 1) {
                TestServer.status(exchange, 503);
                return;
            }
            TestServer.answer(exchange, file, "\"a\"", times.get() == 1 ? MIB : Long.MAX_VALUE);
        });
        var cache = node.cache();
        assertThat(TestNode.problem(cache, pinned(file)).reason()).isEqualTo("ServerFailed");
        try (var partials = Files.newDirectoryStream(
                directory.resolve("cache/partial"), p -> !p.toString().endsWith(".json"))) {
            for (var partial : partials) {
                var bytes = Files.readAllBytes(partial);
                bytes[1000]++;
                Files.write(partial, bytes);
            }
        }
        // when
        var image = cache.get(pinned(file), _ -> {});
        // then
        assertThat(image.path()).hasSameBinaryContentAs(file);
    }

    @Test
    void twoFilesAreNotGluedTogether() throws Exception {
        // given
        var file = raw(2 * MIB);
        var other = TestNode.raw(directory.resolve("other.raw"), 2 * MIB, 7);
        var times = new AtomicInteger();
        server.on("/file", exchange -> {
            if (times.getAndIncrement() == 0) {
                TestServer.answer(exchange, file, "\"a\"", MIB);
                return;
            }
            TestServer.answer(exchange, other, "\"b\"", Long.MAX_VALUE);
        });
        // when
        var image = node.cache().get(unpinned("shop"), _ -> {});
        // then
        assertThat(image.path()).hasSameBinaryContentAs(other);
    }

    @ParameterizedTest
    @CsvSource({
        "404, NotFound, CHANGE",
        "401, Unauthorized, CHANGE",
        "403, Unauthorized, CHANGE",
        "500, ServerFailed, TIME",
        "429, ServerFailed, TIME",
        "400, ServerRefused, CHANGE"
    })
    void statusIsTold(int status, String reason, ImageProblem.Cure cure) throws Exception {
        // given
        server.on("/file", exchange -> TestServer.status(exchange, status));
        // when
        var problem = TestNode.problem(node.cache(), unpinned("shop"));
        // then
        assertThat(problem.reason()).isEqualTo(reason);
        assertThat(problem.cure()).isEqualTo(cure);
        assertThat(problem.message()).startsWith("spec.http.url: ").contains(Integer.toString(status));
    }

    @ParameterizedTest
    @CsvSource({
        "/file, redirects more than 5 times",
        "file:///etc/shadow, redirects to the scheme file; only http and https are followed",
        "http://127.0.0.1/file, redirects from https to http"
    })
    void redirectIsRefused(String to, String why) throws Exception {
        // given
        server.on("/file", exchange -> TestServer.redirect(exchange, to));
        // when
        var problem = TestNode.problem(node.cache(), unpinned("shop"));
        // then
        assertThat(problem.reason()).isEqualTo("RedirectRefused");
        assertThat(problem.message()).contains(why).endsWith("give the final URL");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1 is a loopback address", "localhost, localhost (127.0.0.1) is a loopback address"})
    void loopbackIsClosed(String host, String why) throws Exception {
        // given
        server.serve("/file", raw(MIB), "\"a\"");
        var url = URI.create("https://%s:%d/file".formatted(host, server.port()));
        var request = new ImageRequest(
                new ImageOwner("shop", "image", "uid"),
                TestNode.http(server, url, Optional.empty()),
                ImageFormat.raw,
                TestNode.CLOSED);
        // when
        var problem = TestNode.problem(node.cache(), request);
        // then
        assertThat(problem.reason()).isEqualTo("AddressRefused");
        assertThat(problem.message()).startsWith("spec.http.url: " + why).contains("imageSources");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void redirectToAClosedAddressIsRefused() throws Exception {
        // given
        server.on("/file", exchange -> TestServer.redirect(exchange, "https://169.254.169.254/latest/meta-data"));
        // when
        var problem = TestNode.problem(node.cache(), unpinned("shop"));
        // then
        assertThat(problem.reason()).isEqualTo("AddressRefused");
        assertThat(problem.message()).contains("169.254.169.254 is a link-local address");
    }

    @Test
    void slowServerIsGivenUp() throws Exception {
        // given
        server.on("/file", exchange -> {
            exchange.sendResponseHeaders(200, MIB);
            for (var i = 0; i < 100; i++) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                awaitQuietly(new CountDownLatch(1), Duration.ofMillis(100));
            }
        });
        // when
        var problem = TestNode.problem(node.cache(), unpinned("shop"));
        // then
        assertThat(problem.reason()).isEqualTo("SourceTooSlow");
        assertThat(problem.cure()).isEqualTo(ImageProblem.Cure.TIME);
    }

    @Test
    void unknownCertificateIsToldWithItsRemedy() throws Exception {
        // given
        server.serve("/file", raw(MIB), "\"a\"");
        var source = new ImageSource.Http(server.url("/file"), Optional.empty(), Optional.empty(), Optional.empty());
        // when
        var problem = TestNode.problem(node.cache(), TestNode.request("shop", source, ImageFormat.raw));
        // then
        assertThat(problem.reason()).isEqualTo("Untrusted");
        assertThat(problem.message()).endsWith("give the certificates that vouch for it in spec.http.caBundle");
    }

    @Test
    void wrongFormatIsToldAndCorrectedWithoutAnotherDownload() throws Exception {
        // given
        var file = qcow2("file.qcow2", "create", "-f", "qcow2", "{}", "16M");
        server.serve("/file", file, "\"a\"");
        var cache = node.cache();
        var source = TestNode.http(server, server.url("/file"), Optional.of(TestNode.checksum(file)));
        // when
        var problem = TestNode.problem(cache, TestNode.request("shop", source, ImageFormat.raw));
        var image = cache.get(TestNode.request("shop", source, ImageFormat.qcow2), _ -> {});
        // then
        assertThat(problem.message())
                .isEqualTo("spec.format: the file is qcow2, not raw; say format: qcow2, or convert it");
        assertThat(image.content().virtualSizeBytes()).isEqualTo(16 * MIB);
        assertThat(server.count("/file")).isEqualTo(1);
    }

    private Path qcow2(String name, String... command) throws Exception {
        var file = directory.resolve(name);
        var words = new ArrayList<>(List.of("qemu-img"));
        List.of(command).forEach(word -> words.add(word.replace("{}", file.toString())));
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return file;
    }

    /** Writes over a file at a place, eight bytes, as qcow2's header has them. */
    private static void poke(Path file, int at, long value) throws IOException {
        var bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putLong(at, value);
        Files.write(file, bytes);
    }

    private String refusal(Path file) throws Exception {
        server.serve("/hostile", file, "\"a\"");
        var source = TestNode.http(server, server.url("/hostile"), Optional.empty());
        var problem = TestNode.problem(node.cache(), TestNode.request("shop", source, ImageFormat.qcow2));
        assertThat(problem.reason()).isEqualTo("ImageRefused");
        assertThat(directory.resolve("cache/content")).isEmptyDirectory();
        assertThat(directory.resolve("cache/partial")).isEmptyDirectory();
        return problem.message();
    }

    @Test
    void backingFileIsRefused() throws Exception {
        var file = qcow2("hostile", "create", "-u", "-f", "qcow2", "-b", "/etc/shadow", "-F", "raw", "{}", "16M");
        assertThat(refusal(file))
                .isEqualTo("spec.http.url: the file names a backing file; flatten it with qemu-img convert");
    }

    @Test
    void dataFileIsRefused() throws Exception {
        var data = directory.resolve("data").toString();
        var file = qcow2("hostile", "create", "-f", "qcow2", "-o", "data_file=" + data, "{}", "16M");
        assertThat(refusal(file)).contains("names a data file");
    }

    @Test
    void absurdVirtualSizeIsRefused() throws Exception {
        var file = qcow2("hostile", "create", "-f", "qcow2", "{}", "16M");
        poke(file, 24, 1L << 63);
        assertThat(refusal(file)).contains("has a virtual size of 9223372036854775808 bytes; at most");
    }

    @Test
    void brokenTablesAreRefused() throws Exception {
        var file = qcow2("hostile", "create", "-f", "qcow2", "{}", "16M");
        poke(file, 40, 1);
        assertThat(refusal(file)).contains("the file is refused: qemu-img says: ");
    }

    @Test
    void encryptedImageIsRefused() throws Exception {
        var file = qcow2("hostile", "create", "-f", "qcow2", "{}", "16M");
        poke(file, 32, 2L << 32);
        assertThat(refusal(file)).contains("is encrypted");
    }

    @Test
    void listOfOtherFilesIsRefusedWithoutOpeningThem() throws Exception {
        var file = Files.writeString(directory.resolve("hostile"), """
                # Disk DescriptorFile
                version=1
                CID=fffffffe
                parentCID=ffffffff
                createType="monolithicFlat"
                RW 32 FLAT "/etc/shadow" 0
                """);
        assertThat(refusal(file)).contains("the file is vmdk, which no machine can start from; make it qcow2 or raw");
    }

    @Test
    void credentialsAreAskedForByEachNamespace() throws Exception {
        // given
        var file = raw(MIB);
        var basic = "Basic " + Base64.getEncoder().encodeToString("user:pass".getBytes(StandardCharsets.UTF_8));
        server.on("/file", exchange -> {
            if (TestServer.hasCredentials(exchange, basic)) {
                TestServer.answer(exchange, file, "\"a\"", Long.MAX_VALUE);
            } else {
                TestServer.status(exchange, 401);
            }
        });
        node.secret("shop", "login", "username", "user");
        node.secret("shop", "login", "password", "pass\n");
        node.secret("bank", "login", "username", "user");
        node.secret("bank", "login", "password", "pass");
        node.secret("thief", "login", "username", "user");
        node.secret("thief", "login", "password", "guess");
        var cache = node.cache();
        // when
        var first = cache.get(withSecret(file, "shop"), _ -> {});
        var withoutAny = TestNode.problem(cache, pinned(file, "stranger"));
        var withWrong = TestNode.problem(cache, withSecret(file, "thief"));
        var asked = server.asked.size();
        var own = cache.get(withSecret(file, "bank"), _ -> {});
        var again = cache.get(withSecret(file, "bank"), _ -> {});
        // then
        assertThat(withoutAny.reason()).isEqualTo("Unauthorized");
        assertThat(withWrong.reason()).isEqualTo("Unauthorized");
        assertThat(own).isEqualTo(first);
        assertThat(again).isEqualTo(first);
        assertThat(server.asked.subList(asked, server.asked.size()))
                .as("one small request")
                .extracting(TestServer.Asked::range)
                .containsExactly("bytes=0-0");
    }

    @Test
    void anothersChecksumAtOnesOwnServerGivesNothing() throws Exception {
        // given
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        server.serve("/other", TestNode.raw(directory.resolve("other"), MIB, 5), "\"b\"");
        var cache = node.cache();
        cache.get(pinned(file), _ -> {});
        var source = TestNode.http(server, server.url("/other"), Optional.of(TestNode.checksum(file)));
        // when
        var problem = TestNode.problem(cache, TestNode.request("thief", source, ImageFormat.raw));
        // then
        assertThat(problem.reason()).isEqualTo("ChecksumMismatch");
    }

    private ImageRequest pinned(Path file, String namespace) throws IOException {
        return TestNode.request(
                namespace,
                TestNode.http(server, server.url("/file"), Optional.of(TestNode.checksum(file))),
                ImageFormat.raw);
    }

    private ImageRequest withSecret(Path file, String namespace) throws IOException {
        return TestNode.request(
                namespace,
                new ImageSource.Http(
                        server.url("/file"),
                        Optional.of(TestNode.checksum(file)),
                        Optional.of(server.certificate()),
                        Optional.of(new SecretName(namespace, "login"))),
                ImageFormat.raw);
    }

    @Test
    void missingSecretIsToldAndWaitedFor() throws Exception {
        // given
        var file = raw(MIB);
        // when
        var problem = TestNode.problem(node.cache(), withSecret(file, "shop"));
        // then
        assertThat(problem.reason()).isEqualTo("SecretMissing");
        assertThat(problem.cure()).isEqualTo(ImageProblem.Cure.TIME);
    }

    @Test
    void damagedImageIsPutAsideAndFetchedAgain() throws Exception {
        // given
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        var cache = node.cache();
        var image = cache.get(pinned(file), _ -> {});
        var aside = image.path().resolveSibling("../damaged/" + image.path().getFileName());
        damage(image.path());
        node.inUse.add(image.digest().toString());
        node.now = Instant.now().plus(Duration.ofDays(8));
        // when
        cache.verify();
        cache.age();
        // then
        assertThat(node.damaged).containsExactly(image.digest().toString());
        assertThat(image.path()).doesNotExist();
        assertThat(aside).exists();
        // when
        var again = cache.get(pinned(file), _ -> {});
        cache.verify();
        // then
        assertThat(again.path()).hasSameBinaryContentAs(file);
        assertThat(node.damaged).hasSize(1);
        assertThat(aside).doesNotExist();
    }

    @Test
    void imageIsReadAgainOnceAWeek() throws Exception {
        // given
        var file = raw(MIB);
        server.serve("/file", file, "\"a\"");
        var cache = node.cache();
        var image = cache.get(pinned(file), _ -> {});
        node.now = Instant.now().plus(Duration.ofDays(8));
        cache.verify();
        damage(image.path());
        node.now = node.now.plus(Duration.ofDays(6));
        // when
        cache.verify();
        // then
        assertThat(node.damaged).isEmpty();
        // when
        node.now = node.now.plus(Duration.ofDays(2));
        cache.verify();
        cache.age();
        // then
        assertThat(node.damaged).containsExactly(image.digest().toString());
        assertThat(image.path().resolveSibling("../damaged")).isEmptyDirectory();
    }

    /** As a disk does: its time stays. */
    private static void damage(Path image) throws IOException {
        var at = Files.getLastModifiedTime(image);
        var bytes = Files.readAllBytes(image);
        bytes[5]++;
        Files.delete(image);
        Files.write(image, bytes);
        Files.setLastModifiedTime(image, at);
    }

    @Test
    void imageThatNobodyUsedForLongestIsGivenUpForRoom() throws Exception {
        // given
        node.limits = new Ageing.Limits(5 * MIB, 0);
        var cache = node.cache();
        var images = new ArrayList<CachedImage>();
        for (var name : List.of("used", "old", "new")) {
            var file = TestNode.raw(directory.resolve(name), 2 * MIB, name.hashCode());
            server.serve("/" + name, file, "\"a\"");
            var source = TestNode.http(server, server.url("/" + name), Optional.empty());
            images.add(cache.get(TestNode.request("shop", source, ImageFormat.raw), _ -> {}));
            node.inUse.add(images.getFirst().digest().toString());
            node.now = node.now.plus(Duration.ofHours(1));
        }
        // when
        cache.age();
        // then
        assertThat(images.get(0).path()).exists();
        assertThat(images.get(1).path()).doesNotExist();
        assertThat(images.get(2).path()).exists();
    }

    @Test
    void imageBeyondWhatPoliciesLetImagesTakeIsRefusedWhileTheOthersAreInUse() throws Exception {
        // given
        node.limits = new Ageing.Limits(3 * MIB, 0);
        var cache = node.cache();
        for (var name : List.of("first", "second")) {
            server.serve("/" + name, TestNode.raw(directory.resolve(name), 2 * MIB, name.hashCode()), "\"a\"");
        }
        var first = cache.get(
                TestNode.request(
                        "shop", TestNode.http(server, server.url("/first"), Optional.empty()), ImageFormat.raw),
                _ -> {});
        node.inUse.add(first.digest().toString());
        node.now = node.now.plus(Duration.ofHours(1));
        var second = TestNode.request(
                "shop", TestNode.http(server, server.url("/second"), Optional.empty()), ImageFormat.raw);
        // when
        var problem = TestNode.problem(cache, second);
        // then
        assertThat(problem.reason()).isEqualTo("DiskFull");
        assertThat(problem.message()).contains("may take 3145728 bytes in all", "spec.imageCache.maxBytes");
        // when
        node.inUse.clear();
        // then
        assertThat(cache.get(second, _ -> {}).path()).exists();
        assertThat(first.path()).doesNotExist();
    }

    @Test
    void zerosTakeNoRoom() throws Exception {
        // given
        var file = directory.resolve("file.raw");
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(20 * MIB);
            sparse.write(1);
            sparse.setLength(64 * MIB);
        }
        server.serve("/file", file, "\"a\"");
        // when
        var image = node.cache().get(pinned(file), _ -> {});
        // then
        assertThat(Files.size(image.path())).isEqualTo(64 * MIB);
        assertThat(image.path()).hasSameBinaryContentAs(file);
        var du = new ProcessBuilder("du", "-k", image.path().toString()).start();
        var kib = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?s)\\s.*", "");
        assertThat(Long.parseLong(kib)).isLessThan(2048);
    }

    /** With and without a length that could be looked at before: the disk is too small in both. */
    @ParameterizedTest
    @CsvSource({"true, the node has no room", "false, the node's disk is full"})
    void fullDiskIsToldAndLeftEmpty(boolean saysLength, String message) throws Exception {
        // given
        var small = Files.createDirectories(directory.resolve("cache"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=4m", "meridian-test", small.toString()))
                .isTrue();
        try {
            var file = raw(8 * MIB);
            server.on("/file", exchange -> {
                exchange.sendResponseHeaders(200, saysLength ? 8 * MIB : 0);
                exchange.getResponseBody().write(Files.readAllBytes(file));
            });
            // when
            var problem = TestNode.problem(node.cache(), pinned(file));
            // then
            assertThat(problem.reason()).isEqualTo("DiskFull");
            assertThat(problem.cure()).isEqualTo(ImageProblem.Cure.TIME);
            assertThat(problem.message()).startsWith(message).endsWith("make room there");
            assertThat(sizes(small.resolve("partial"))).as("a note at most").isLessThan(100);
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    @Test
    void fileOfTheNodeIsCopiedOnceAndAnewWhenItChanged() throws Exception {
        // given
        var file = raw(MIB);
        var cache = node.cache();
        var request = TestNode.request("shop", new ImageSource.NodeFile(file.toString()), ImageFormat.raw);
        var first = cache.get(request, _ -> {});
        // when
        var again = cache.get(request, _ -> {});
        TestNode.raw(file, MIB, 42);
        var changed = cache.get(request, _ -> {});
        // then
        assertThat(again).isEqualTo(first);
        assertThat(changed.digest()).isNotEqualTo(first.digest());
    }
}
