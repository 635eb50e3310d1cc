package dev.meridian.agent;

import dev.meridian.agent.images.CachedImage;
import dev.meridian.agent.images.ImageFailed;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.domain.image.ImageFact;
import dev.meridian.domain.image.ImageProblem;
import dev.meridian.domain.image.ImageProgress;
import dev.meridian.domain.image.ImageRetries;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image that machines of the node wait for: watched, brought here, told of, until nobody has asked for long. */
final class ImageFetch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFetch.class);

    /** Machines that wait are looked at more often. */
    private static final Duration NOBODY_ASKS = Duration.ofMinutes(15);

    /** A source that may change is asked again, for who comes later than this. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private static final Duration UNWRITTEN = Duration.ofSeconds(5);

    /** Nobody tells when kubelet brings other ones. */
    private static final Duration CREDENTIALS = Duration.ofSeconds(5);

    /** Its surroundings. */
    interface Neighbours {
        /** Brings the image here; waits. */
        CachedImage bring(VirtualMachineImage image, IntConsumer percent) throws IOException, InterruptedException;

        /** Whether the image's source says by itself what it gives. */
        boolean isPinned(VirtualMachineImage image);

        /** Which state of the source's credentials is on the node; another one may be let in where this one was not. */
        String credentials(VirtualMachineImage image);

        /** Told when what {@link #fact} says has changed. */
        void changed();

        /** Writes the progress into the object's status; false when that failed. */
        boolean tell(VirtualMachineImage image, ImageProgress progress);

        /** On another thread: what is being brought does not wait for it. */
        void later(Runnable task);

        /** What people may want to read of: a fetch began to move bytes, has moved them, has failed. */
        void happened(VirtualMachineImage image, ImageProgress progress);

        void unneeded();
    }

    /** What is known, of which spec of which object, with which credentials. */
    private record Known(
            String uid, long generation, String credentials, ImageProgress progress, Instant since, int failures) {}

    private final SharedIndexInformer<VirtualMachineImage> informer;
    private final String key;
    private final Neighbours neighbours;
    private final InstantSource clock;
    private final BlockingQueue<Boolean> pokes = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile @Nullable Known known;
    private volatile Instant askedAt;
    private volatile boolean retryNow;
    private @Nullable ImageProblem lastProblem;
    private volatile boolean isClosed;

    /** Held while what is known changes, and while it is told: the last that is told is the last that was known. */
    private final ReentrantLock lock = new ReentrantLock();

    ImageFetch(
            SharedIndexInformer<VirtualMachineImage> informer, String key, Neighbours neighbours, InstantSource clock) {
        this.informer = informer;
        this.key = key;
        this.neighbours = neighbours;
        this.clock = clock;
        this.askedAt = clock.instant();
        this.thread = Thread.ofVirtual().name("image " + key).unstarted(this::run);
    }

    void start() {
        informer.exceptionHandler((_, _) -> true);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(VirtualMachineImage image) {
                poke();
            }

            @Override
            public void onUpdate(VirtualMachineImage before, VirtualMachineImage image) {
                if (!before.getMetadata()
                        .getGeneration()
                        .equals(image.getMetadata().getGeneration())) {
                    anew();
                }
            }

            @Override
            public void onDelete(VirtualMachineImage image, boolean unknown) {
                anew();
            }
        });
        informer.start().whenComplete((_, _) -> poke());
        thread.start();
    }

    private void poke() {
        pokes.offer(true);
    }

    /** What is being brought is not what is wanted. */
    private void anew() {
        poke();
        thread.interrupt();
    }

    /** What failed may succeed now. */
    void lookAgain() {
        retryNow = true;
        poke();
    }

    /** The node does not have it any more. */
    void lost(String digest) {
        var now = known;
        if (now != null
                && now.progress() instanceof ImageProgress.Ready ready
                && ready.digest().toString().equals(digest)) {
            known = null;
            poke();
        }
    }

    ImageFact fact() {
        askedAt = clock.instant();
        var image = image();
        if (image.isEmpty()) {
            return informer.hasSynced() ? new ImageFact.NoImage() : new ImageFact.Fetching(0);
        }
        missed();
        if (isDue(image.get())) {
            poke();
        }
        var now = known;
        if (now == null || !isOf(now, image.get()) || isStale(now, image.get())) {
            return new ImageFact.Fetching(0);
        }
        return switch (now.progress()) {
            case ImageProgress.Nothing() -> new ImageFact.Fetching(0);
            case ImageProgress.Fetching(var percent) -> new ImageFact.Fetching(percent);
            case ImageProgress.Failed(var problem) -> new ImageFact.Failed(problem.reason(), problem.message());
            case ImageProgress.Ready(var path, var format, var _, var virtualSize, var digest) ->
                new ImageFact.Ready(path, format, virtualSize, digest.toString());
        };
    }

    /** Somebody may have removed the file. */
    private void missed() {
        var now = known;
        if (now != null
                && now.progress() instanceof ImageProgress.Ready ready
                && !Files.exists(Path.of(ready.path()))) {
            known = null;
        }
    }

    private Optional<VirtualMachineImage> image() {
        return informer.getStore().list().stream()
                .filter(image -> image.getMetadata().getDeletionTimestamp() == null)
                .findFirst();
    }

    private static boolean isOf(Known known, VirtualMachineImage image) {
        return known.uid().equals(image.getMetadata().getUid())
                && known.generation() == image.getMetadata().getGeneration();
    }

    private boolean isStale(Known known, VirtualMachineImage image) {
        return known.progress() instanceof ImageProgress.Ready
                && known.since().plus(FRESH).isBefore(clock.instant())
                && !neighbours.isPinned(image);
    }

    /** Whether there is something to be brought now. */
    private boolean isDue(VirtualMachineImage image) {
        var now = known;
        if (now == null || !isOf(now, image)) {
            return true;
        }
        return switch (now.progress()) {
            case ImageProgress.Nothing() -> true;
            case ImageProgress.Fetching _ -> false;
            case ImageProgress.Ready _ -> isStale(now, image);
            case ImageProgress.Failed(var problem) ->
                retryNow
                        || !now.credentials().equals(neighbours.credentials(image))
                        || !now.since()
                                .plus(ImageRetries.delay(problem, now.failures()))
                                .isAfter(clock.instant());
        };
    }

    private void run() {
        var isTold = true;
        while (!isUnneeded()) {
            try {
                pokes.poll(pause(isTold).toMillis(), TimeUnit.MILLISECONDS);
                var image = image();
                if (image.isEmpty()) {
                    known = null;
                    neighbours.changed();
                    continue;
                }
                if (isDue(image.get()) && askedAt.plus(NOBODY_ASKS).isAfter(clock.instant())) {
                    retryNow = false;
                    bring(image.get());
                }
                isTold = tell();
            } catch (InterruptedException _) {
                // The spec changed, or the agent ends: the loop's head tells which.
            } catch (RuntimeException e) {
                // Begun anew when it is asked for the next time.
                known = null;
                LOG.atError().addKeyValue("image", key).setCause(e).log("an image was not looked at");
            }
        }
        informer.close();
    }

    private boolean isUnneeded() {
        if (isClosed) {
            return true;
        }
        if (askedAt.plus(NOBODY_ASKS).isAfter(clock.instant())) {
            return false;
        }
        neighbours.unneeded();
        return true;
    }

    private Duration pause(boolean isTold) {
        if (!isTold) {
            return UNWRITTEN;
        }
        var now = known;
        if (now == null || !(now.progress() instanceof ImageProgress.Failed(var problem))) {
            return NOBODY_ASKS;
        }
        var delay = ImageRetries.delay(problem, now.failures());
        return delay.compareTo(CREDENTIALS) < 0 ? delay : CREDENTIALS;
    }

    private boolean tell() {
        lock.lock();
        try {
            var now = known;
            var image = image();
            return now == null
                    || image.isEmpty()
                    || !isOf(now, image.get())
                    || neighbours.tell(image.get(), now.progress());
        } finally {
            lock.unlock();
        }
    }

    private void bring(VirtualMachineImage image) throws InterruptedException {
        var failures = failures(image);
        var credentials = neighbours.credentials(image);
        var progress = new Progress(image, credentials, failures);
        try {
            var got = neighbours.bring(image, progress);
            progress.end();
            var ready = new ImageProgress.Ready(
                    got.path().toString(),
                    got.content().format(),
                    got.sizeBytes(),
                    got.content().virtualSizeBytes(),
                    got.digest());
            know(image, credentials, ready, 0);
            if (progress.hasMoved()) {
                neighbours.happened(image, ready);
            }
        } catch (ImageFailed e) {
            progress.end();
            failed(image, credentials, e.problem(), failures + 1);
        } catch (IOException e) {
            progress.end();
            failed(
                    image,
                    credentials,
                    ImageProblem.ofWorld("NodeFailed", "the node cannot keep images: " + e.getMessage()),
                    failures + 1);
        }
        neighbours.changed();
    }

    private int failures(VirtualMachineImage image) {
        var now = known;
        return now != null && isOf(now, image) ? now.failures() : 0;
    }

    private void failed(VirtualMachineImage image, String credentials, ImageProblem problem, int failures)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("while an image was fetched");
        }
        var isNews = failures == 1 || !problem.equals(lastProblem);
        lastProblem = problem;
        know(image, credentials, new ImageProgress.Failed(problem), failures);
        if (isNews) {
            neighbours.happened(image, new ImageProgress.Failed(problem));
        }
    }

    private void know(VirtualMachineImage image, String credentials, ImageProgress progress, int failures) {
        known = new Known(
                image.getMetadata().getUid(),
                image.getMetadata().getGeneration(),
                credentials,
                progress,
                clock.instant(),
                failures);
    }

    /** Tells of a fetch while it lasts: often to who asks, seldom to the API server. */
    private final class Progress implements IntConsumer {
        private static final long FIRST_WRITE_NANOS = 2_000_000_000L;
        private static final long WRITE_NANOS = 5_000_000_000L;
        private final VirtualMachineImage image;
        private final String credentials;
        private final int failures;
        private long nextWrite = System.nanoTime() + FIRST_WRITE_NANOS;
        private int percent = -1;
        private boolean isOver;

        Progress(VirtualMachineImage image, String credentials, int failures) {
            this.image = image;
            this.credentials = credentials;
            this.failures = failures;
        }

        @Override
        public void accept(int now) {
            lock.lock();
            try {
                if (isOver || now == percent) {
                    return;
                }
                if (percent < 0) {
                    neighbours.happened(image, new ImageProgress.Fetching(now));
                }
                percent = now;
                know(image, credentials, new ImageProgress.Fetching(now), failures);
            } finally {
                lock.unlock();
            }
            if (System.nanoTime() - nextWrite >= 0) {
                nextWrite = System.nanoTime() + WRITE_NANOS;
                neighbours.later(ImageFetch.this::tell);
            }
        }

        /** Another's fetch of the same source may still be telling. */
        void end() {
            lock.lock();
            try {
                isOver = true;
            } finally {
                lock.unlock();
            }
        }

        boolean hasMoved() {
            return percent >= 0;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
