package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * From libvirt's RTC_CHANGE, as the observer's connection hears it, to the changed status at a watcher of the API
 * server. Each guest sets its clock every two seconds, each time to an offset that it never had.
 */
final class EventBench {
    private static final int MACHINES = 10;
    private static final int CHANGES = 20;
    private static final String CHANGE_CLOCK =
            "(for i in $(seq 1 %d); do date -s @$(($(date +%%s) + 100)); hwclock -w; sleep 2; done) >/dev/null 2>&1 &"
                    .formatted(CHANGES);

    private EventBench() {}

    static void run(Testbed testbed) {
        var watched = new Arrivals();
        try (var machines = new Machines(testbed, "events")) {
            var watch = machines.client
                    .resources(VirtualMachine.class)
                    .inNamespace(machines.namespace)
                    .watch(watched);
            try {
                report(ObserverLog.of(testbed), changingClocks(machines), watched);
            } finally {
                watch.close();
            }
        }
    }

    /** Machines whose guests have begun to set their clocks. */
    private static List<String> changingClocks(Machines machines) {
        var names = IntStream.range(0, MACHINES).mapToObj(i -> "events-" + i).toList();
        var uids = names.stream()
                .map(name -> machines.post(machines.manifest(name, "  stopMode: Hard\n")))
                .toList();
        names.forEach(name -> machines.awaitReady(name, "Running"));
        names.forEach(name -> machines.type(name, "true"));
        BurstBench.allAtOnce(names.stream()
                .<Callable<String>>map(name -> () -> machines.type(name, CHANGE_CLOCK))
                .toList());
        return uids;
    }

    private static void report(ObserverLog observed, List<String> uids, Arrivals watched) {
        Awaitility.await("the guests to have set their clocks")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> uids.stream()
                        .allMatch(uid -> observed.events(uid, "rtc-change").size() >= CHANGES));
        var events = uids.stream()
                .flatMap(uid -> observed.events(uid, "rtc-change").stream())
                .toList();
        Awaitility.await("the last change to be reported")
                .atMost(Duration.ofSeconds(10))
                .until(() -> events.stream()
                        .allMatch(e -> watched.has(
                                e.path("uuid").asText(), e.path("offset").asLong())));
        var latencies = new ArrayList<Double>();
        for (var event : events) {
            var seen =
                    watched.at(event.path("uuid").asText(), event.path("offset").asLong());
            latencies.add((seen - event.path("ns").asLong()) / 1e6);
        }
        Figures.note(
                "event to status: %d events, p50 %.1f ms, p95 %.1f ms, max %.1f ms",
                latencies.size(),
                Figures.percentile(latencies, 50),
                Figures.percentile(latencies, 95),
                Figures.percentile(latencies, 100));
        Figures.atMost("event-to-status-p99-ms", Figures.percentile(latencies, 99), 100);
    }

    /** When each offset of each machine was first seen in its status, in nanoseconds of the epoch. */
    private static final class Arrivals implements Watcher<VirtualMachine> {
        private final Map<String, Long> firstSeen = new ConcurrentHashMap<>();

        @Override
        public void eventReceived(Action action, VirtualMachine vm) {
            var now = Instant.now();
            Optional.ofNullable(vm.getStatus())
                    .map(VirtualMachineStatus::clock)
                    .map(ClockStatus::rtcOffsetSeconds)
                    .ifPresent(offset -> firstSeen.putIfAbsent(
                            vm.getMetadata().getUid() + offset, now.getEpochSecond() * 1_000_000_000L + now.getNano()));
        }

        @Override
        public void onClose(WatcherException cause) {
            throw new IllegalStateException("the watch ended", cause);
        }

        boolean has(String uid, long offset) {
            return firstSeen.containsKey(uid + offset);
        }

        long at(String uid, long offset) {
            return Objects.requireNonNull(firstSeen.get(uid + offset), "not seen");
        }
    }
}
