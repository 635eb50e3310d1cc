package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A process of ours that kills itself with SIGKILL right before or right after an effect that a test names. */
final class ArmedProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Testbed testbed;
    private final String service;
    private final List<String> node;
    private final Runnable beforeStart;
    private final Path file;
    private final Set<String> points = new HashSet<>();

    private ArmedProcess(Testbed testbed, String service, List<String> node, Runnable beforeStart) {
        this.testbed = testbed;
        this.service = service;
        this.node = node;
        this.beforeStart = beforeStart;
        this.file = Path.of(
                System.getProperty("java.io.tmpdir"),
                "meridian-crash-at-" + ProcessHandle.current().pid() + "-" + service + String.join("", node));
        kill();
        start();
    }

    static ArmedProcess agent(Testbed testbed, Testbed.Node node) {
        return new ArmedProcess(testbed, "agent", List.of(node.name()), () -> {});
    }

    /** The next one need not wait until the dead one's Lease has expired: nobody else is there. */
    static ArmedProcess controller(Testbed testbed) {
        return new ArmedProcess(
                testbed,
                "controller",
                List.of(),
                () -> testbed.kubectl(
                                "-n", "meridian-system", "delete", "lease", "meridian-controller", "--ignore-not-found")
                        .orFail());
    }

    /** Right before and right after what each of the steps does. */
    static List<String> around(Class<?>... steps) {
        return Stream.of(steps)
                .map(Class::getSimpleName)
                .flatMap(step -> Stream.of("before " + step, "after " + step))
                .toList();
    }

    /** The steps that a sealed type permits. */
    static Class<?>[] permitted(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .flatMap(step -> step.isSealed() ? Stream.of(permitted(step)) : Stream.of(step))
                .toArray(Class<?>[]::new);
    }

    /** Dies at each of the points in turn, and is started again each time. */
    void diesAt(List<String> inTurn, Runnable drive) {
        arm(inTurn.getFirst());
        drive.run();
        awaitDeath(inTurn.getFirst());
        for (var point : inTurn.subList(1, inTurn.size())) {
            arm(point);
            start();
            awaitDeath(point);
        }
        start();
    }

    /** Stands still at the point, as by SIGSTOP; its process id, for SIGCONT. */
    String stopsAt(String point, Runnable drive) {
        var pid = testbed.verb(words("pid", service)).orFail();
        arm(point + " STOP");
        drive.run();
        Awaitility.await(service + " to stand still " + point)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !Files.exists(file));
        return pid;
    }

    /** Where it has died until now. */
    Set<String> points() {
        return points;
    }

    private void arm(String point) {
        try {
            var unfinished = Path.of(file + ".new");
            Files.writeString(unfinished, point);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitDeath(String point) {
        Awaitility.await(service + " to die " + point)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> testbed.verb(words("pid", service)).status() != 0);
        assertThat(file).as("what kills " + service + " " + point).doesNotExist();
        points.add(point);
    }

    private void start() {
        beforeStart.run();
        var command = new ArrayList<>(List.of("env", "MERIDIAN_CRASH_AT=" + file, testbed.command(), service, "start"));
        command.addAll(node);
        Testbed.run(command).orFail();
    }

    private void kill() {
        testbed.verb(words(service, "kill")).orFail();
    }

    private String[] words(String... first) {
        return Stream.concat(Stream.of(first), node.stream()).toArray(String[]::new);
    }

    /** One that nothing kills takes its place. */
    @Override
    public void close() {
        kill();
        beforeStart.run();
        testbed.verb(words(service, "start")).orFail();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
