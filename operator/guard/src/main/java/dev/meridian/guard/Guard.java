package dev.meridian.guard;

import dev.meridian.domain.fence.GuardQuestion;
import dev.meridian.libvirt.HypervisorProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Holds those guests of a node that are to end when it is cut off. Whatever ends this process ends them, but {@link
 * #leave}.
 */
public final class Guard implements AutoCloseable {
    private final FileChannel lock;
    private final HeldGuests guests;
    private final LeaseKeeper lease;
    private final GuardSocket socket;

    /**
     * Of none yet.
     *
     * @param runDirectory of the host, which is root's alone
     * @param lasts how long guests live without a renewal
     * @param lost when another has taken the Lease: ends this process at once
     * @throws IllegalStateException when another guard runs on the node
     */
    public Guard(
            KubernetesClient client, String node, Path runDirectory, Duration lasts, InstantSource clock, Runnable lost)
            throws IOException {
        Files.createDirectories(runDirectory);
        lock = FileChannel.open(
                runDirectory.resolve("guard.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            throw new IllegalStateException("another guard runs on the node");
        }
        guests = new HeldGuests(HypervisorProcess::of, lasts, this::changed);
        lease = new LeaseKeeper(client, node, guests, lasts, clock, lost);
        socket = GuardSocket.listen(runDirectory, this::answer);
    }

    public void start() {
        lease.start();
    }

    private void changed() {
        lease.poke();
    }

    private String answer(GuardQuestion question) {
        return switch (question) {
            case GuardQuestion.Life() -> guests.refusal().orElse(lease.life());
            case GuardQuestion.Hold(var life, var machine) -> {
                if (!life.equals(lease.life())) {
                    yield "this is another guard than the one that was asked before";
                }
                try {
                    guests.hold(machine);
                    yield GuardQuestion.HELD;
                } catch (IllegalStateException e) {
                    yield String.valueOf(e.getMessage());
                }
            }
        };
    }

    /** Lets all guests go, once the API server knows that they are not held: until then it is not safe to. */
    public void leave() throws InterruptedException {
        guests.leave();
        lease.leave();
        guests.letGo();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        lock.close();
    }
}
