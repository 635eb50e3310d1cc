package dev.meridian.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.host.KubeletCpus;
import dev.meridian.domain.placement.ReservationPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Reads what kubelet's CPU manager notes of the CPUs that it gave away, as kubelet itself does after its restart. */
final class CpuManagerState {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATIC = "static";

    private final Path file;

    /** @param kubeletRoot kubelet's root directory on the host */
    CpuManagerState(Path kubeletRoot) {
        file = kubeletRoot.resolve("cpu_manager_state");
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Noted(
            @Nullable String policyName,
            @Nullable String defaultCpuSet,
            @Nullable Map<String, Map<String, String>> entries) {}

    /** When it was last written; the epoch of what is not there. */
    FileTime writtenAt() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0);
        }
    }

    /** @param podUid of the machine's reservation, if it has one */
    KubeletCpus of(@Nullable String podUid) {
        try {
            var noted = JSON.readValue(file.toFile(), Noted.class);
            var shared = CpuSet.read(noted.defaultCpuSet() == null ? "" : noted.defaultCpuSet());
            return STATIC.equals(noted.policyName()) && shared.isPresent()
                    ? seen(List.copyOf(shared.get()), noted, podUid)
                    : KubeletCpus.UNMANAGED;
        } catch (IOException _) {
            return KubeletCpus.UNMANAGED; // of another form, or not there: nothing is promised to anybody
        }
    }

    private static KubeletCpus seen(List<Integer> shared, Noted noted, @Nullable String podUid) {
        if (podUid == null) {
            return new KubeletCpus(shared, List.of(), false);
        }
        var entries = noted.entries() == null ? Map.<String, Map<String, String>>of() : noted.entries();
        var own = CpuSet.read(entries.getOrDefault(podUid, Map.of()).getOrDefault(ReservationPod.CONTAINER, ""));
        return own.map(cpus -> isConfinedTo(cpus, podUid)
                        ? new KubeletCpus(shared, List.copyOf(cpus), true)
                        : new KubeletCpus(shared, List.of(), false))
                .orElseGet(() -> new KubeletCpus(
                        shared,
                        List.of(),
                        ReservationProcesses.of(podUid).findAny().isPresent()));
    }

    /** The kernel's word for it: it is confined as soon as its container runs. */
    private static boolean isConfinedTo(SortedSet<Integer> cpus, String podUid) {
        return ReservationProcesses.of(podUid)
                .anyMatch(process -> ReservationProcesses.allowedCpus(process).equals(cpus));
    }
}
