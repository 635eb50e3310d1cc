package dev.meridian.agent.images;

import dev.meridian.domain.image.ImageProblem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Brings one body into one file: goes on where an earlier attempt ended, and takes no body for whole that is not. */
final class Download {
    /** Each broken attempt that brought something is gone on with at once, so often. */
    private static final int MOST_RESUMES = 10;

    private static final long ROOM_LOOK = 64L << 20;
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

    private final Order order;
    private final URI url;
    private final Partial partial;
    private final Room room;
    private final IntConsumer percent;

    Download(Order order, Room room, IntConsumer percent) {
        this.order = order;
        this.url = order.uri();
        this.partial = order.partial();
        this.room = room;
        this.percent = percent;
    }

    Delivery run() throws IOException {
        try (var http = order.http();
                var writer = ContentWriter.continuing(partial.file(), order.algorithm())) {
            var began = writer.position();
            for (var resumes = 0; ; resumes++) {
                var before = writer.position();
                try {
                    var validators = attempt(http, writer);
                    return validators.isEmpty()
                            ? new Delivery.NotModified()
                            : new Delivery.Whole(writer.finish(), validators.get(), began > 0, http.wasPolicyNeeded());
                } catch (Broken broken) {
                    if (writer.position() <= before || resumes >= MOST_RESUMES) {
                        throw broken.failed();
                    }
                }
            }
        } catch (ImageFailed e) {
            throw e;
        } catch (IOException e) {
            throw local(e);
        }
    }

    /** The disk, not the server. */
    private ImageFailed local(IOException failure) throws IOException {
        if (String.valueOf(failure.getMessage()).contains("No space left on device")) {
            partial.delete();
            return ImageFailed.ofWorld(
                    "DiskFull",
                    "the node's disk is full: %s did not fit into %s; make room there"
                            .formatted(GuardedHttp.shown(url), partial.file().getParent()));
        }
        return new ImageFailed(
                ImageProblem.ofWorld("NodeFailed", "the node cannot keep it: " + failure.getMessage()), failure);
    }

    /** The server's end of it broke. */
    private static final class Broken extends Exception {
        private final ImageFailed failed;

        Broken(ImageFailed failed) {
            super(failed);
            this.failed = failed;
        }

        ImageFailed failed() {
            return failed;
        }
    }

    /** @return what the server says of the whole body; empty when it is not modified */
    private Optional<Partial.Validators> attempt(GuardedHttp http, ContentWriter writer) throws IOException, Broken {
        try (var response = http.get(url, headers(writer), Optional.ofNullable(order.authorization()))) {
            switch (response.code()) {
                case 304 -> {
                    return Optional.empty();
                }
                case 200 -> {
                    if (writer.position() > 0) {
                        writer.clear();
                    }
                }
                case 206 -> expectRange(writer, response);
                case 416 -> {
                    writer.clear();
                    throw new Broken(http.failure(url, response));
                }
                default -> throw http.failure(url, response);
            }
            var validators = new Partial.Validators(response.header("ETag"), response.header("Last-Modified"));
            partial.remember(validators);
            copy(response, writer);
            return Optional.of(validators);
        }
    }

    private Map<String, String> headers(ContentWriter writer) throws IOException {
        var headers = new HashMap<String, String>();
        var validator = partial.validators().strong();
        if (writer.position() > 0 && validator.isEmpty() && !order.isPinned()) {
            writer.clear();
        }
        if (writer.position() > 0) {
            headers.put("Range", "bytes=%d-".formatted(writer.position()));
            validator.ifPresent(value -> headers.put("If-Range", value));
            return headers;
        }
        var known = order.known();
        put(headers, "If-None-Match", known.etag());
        put(headers, "If-Modified-Since", known.etag() == null ? known.lastModified() : null);
        return headers;
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    private void expectRange(ContentWriter writer, Response response) throws IOException, Broken {
        var range = RANGE.matcher(String.valueOf(response.header("Content-Range")));
        if (!range.matches() || Long.parseLong(range.group(1)) != writer.position()) {
            writer.clear();
            throw new Broken(ImageFailed.ofWorld(
                    "ServerFailed", "%s answers another range than was asked for".formatted(GuardedHttp.shown(url))));
        }
    }

    private void copy(Response response, ContentWriter writer) throws IOException, Broken {
        var length = response.body().contentLength();
        var total = length < 0 ? -1 : writer.position() + length;
        room.demand(Math.max(length, 0));
        var chunk = new byte[ContentWriter.CHUNK];
        var looked = writer.position();
        var chunks = new Chunks(response.body().byteStream());
        for (var read = chunks.fill(chunk); read > 0; read = chunks.fill(chunk)) {
            writer.write(chunk, read);
            if (total < 0 && writer.position() - looked >= ROOM_LOOK) {
                room.demand(ROOM_LOOK);
                looked = writer.position();
            }
            percent.accept(total > 0 ? (int) (writer.position() * 100 / total) : 0);
        }
        if (chunks.failure != null) {
            throw broken("broke off after %d bytes: %s".formatted(writer.position(), chunks.failure.getMessage()));
        }
        if (total >= 0 && writer.position() < total) {
            throw broken("ends after %d of %d bytes".formatted(writer.position(), total));
        }
    }

    /** A body in whole chunks, so that zeros come in blocks; what came before it broke off counts. */
    private final class Chunks {
        private final InputStream body;
        private final Pace pace = new Pace(order.patience());
        private @Nullable IOException failure;

        Chunks(InputStream body) {
            this.body = body;
        }

        /** Zero at its end, however that came. */
        int fill(byte[] chunk) throws ImageFailed {
            var filled = 0;
            while (failure == null && filled < chunk.length) {
                var read = read(chunk, filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                if (pace.isTooSlow(read)) {
                    throw ImageFailed.ofWorld(
                            "SourceTooSlow",
                            "%s brings less than %d bytes in %d seconds; it is gone on with later"
                                    .formatted(
                                            GuardedHttp.shown(url),
                                            order.patience().windowBytes(),
                                            order.patience().window().toSeconds()));
                }
            }
            return filled;
        }

        private int read(byte[] chunk, int filled) {
            try {
                return body.read(chunk, filled, chunk.length - filled);
            } catch (IOException e) {
                failure = e;
                return -1;
            }
        }
    }

    private Broken broken(String how) {
        return new Broken(ImageFailed.ofWorld(
                "DownloadBroken",
                "the body of %s %s; it is gone on with later".formatted(GuardedHttp.shown(url), how)));
    }
}
