package dev.meridian.domain.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.PendingChange;
import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.plan.LiveChanges;
import dev.meridian.domain.plan.NumaPlaces;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.supply.GivenContents;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The fields of a spec that a machine's guest does not have yet, because it was started with others. */
final class PendingChanges {
    /**
     * What makes the definition; the other fields are obeyed at once, of the clock {@code guestSync} and of disks
     * {@code reclaimPolicy}.
     */
    private static final List<String> READ_AT_START = List.of(
            "hypervisor",
            "machine",
            "cpu",
            "memory",
            "firmware",
            "clock",
            "disks",
            "filesystems",
            "cloudInit",
            "ignition",
            "sysprep",
            "interfaces",
            "tpm",
            "rng",
            "watchdog",
            "panic",
            "inputs",
            "video",
            "graphics",
            "consoles",
            "sound",
            "vsock",
            "hostDevices");

    private static final int LONGEST = 1000;
    private static final int MOST = 256;

    private PendingChanges() {}

    /** Of a guest that runs, or whose memory is saved. */
    static List<PendingChange> of(Situation s) {
        return s.observation() instanceof Observation.Present seen
                        && (seen.power().isActive() || seen.savedMemory())
                ? Stream.of(between(seen.document(), s), given(seen.document(), s), placed(seen.document(), s))
                        .flatMap(changes -> changes)
                        .limit(MOST)
                        .toList()
                : List.of();
    }

    private static Stream<PendingChange> between(MachineDocument document, Situation s) {
        var running = MachineDocuments.tree(LiveChanges.brought(document.applied(), s));
        var desired = MachineDocuments.tree(KeptSpec.of(s.spec()));
        return READ_AT_START.stream()
                .flatMap(field -> differing("spec." + field, desired.get(field), running.get(field)))
                .filter(change -> !change.field().startsWith("spec.clock.guestSync"))
                .filter(change -> !change.field().matches("spec\\.disks\\[.*]\\.reclaimPolicy"));
    }

    /** Objects that hold something else than the guest was given. */
    private static Stream<PendingChange> given(MachineDocument document, Situation s) {
        return GivenContents.digests(s.machine(), s.supplies()).entrySet().stream()
                .filter(now -> !document.given()
                        .getOrDefault(now.getKey(), now.getValue())
                        .equals(now.getValue()))
                .map(now -> new PendingChange(
                        GivenContents.field(now.getKey()),
                        "what it holds now",
                        "what it held at the start",
                        "NotChangeableLive"));
    }

    /** CPUs of other NUMA nodes than the guest knows. */
    private static Stream<PendingChange> placed(MachineDocument document, Situation s) {
        return NumaPlaces.awaitingStart(s, document).stream()
                .map(cpus -> new PendingChange(
                        "spec.cpu.numa.guestMappingPassthrough",
                        byNode(cpus, s.host().numa().nodesOf(cpus)),
                        byNode(document.cpus(), document.vcpuNodes()),
                        "NotChangeableLive"));
    }

    /** @param nodes of the first of them, one by one */
    private static String byNode(List<Integer> cpus, List<Integer> nodes) {
        return IntStream.range(0, nodes.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        nodes::get, TreeMap::new, Collectors.mapping(cpus::get, Collectors.toList())))
                .entrySet()
                .stream()
                .map(node -> "CPUs %s of NUMA node %d".formatted(CpuSet.write(node.getValue()), node.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static Stream<PendingChange> differing(
            String field, @Nullable JsonNode desired, @Nullable JsonNode running) {
        if (Objects.equals(desired, running)) {
            return Stream.empty();
        }
        if (desired != null && running != null && desired.isObject() && running.isObject()) {
            var names = new TreeSet<String>();
            desired.fieldNames().forEachRemaining(names::add);
            running.fieldNames().forEachRemaining(names::add);
            return names.stream().flatMap(name -> differing(field + "." + name, desired.get(name), running.get(name)));
        }
        if (isNamed(desired) && isNamed(running)) {
            return named(field, desired, running);
        }
        return Stream.of(new PendingChange(field, text(desired), text(running), "NotChangeableLive"));
    }

    private static boolean isNamed(@Nullable JsonNode list) {
        return list == null
                || (list.isArray()
                        && StreamSupport.stream(list.spliterator(), false).allMatch(item -> item.has("name")));
    }

    private static Stream<PendingChange> named(String field, @Nullable JsonNode desired, @Nullable JsonNode running) {
        var wished = byName(desired);
        var there = byName(running);
        if (wished.equals(there)) {
            // Disks boot in their order.
            return Stream.of(new PendingChange(field, text(desired), text(running), "NotChangeableLive"));
        }
        var names = new TreeSet<>(wished.keySet());
        names.addAll(there.keySet());
        return names.stream()
                .flatMap(name -> differing("%s[%s]".formatted(field, name), wished.get(name), there.get(name)));
    }

    private static Map<String, JsonNode> byName(@Nullable JsonNode list) {
        var items = new TreeMap<String, JsonNode>();
        if (list != null) {
            list.forEach(item -> items.put(item.path("name").asText(), item));
        }
        return items;
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        var text = value.isTextual() ? value.textValue() : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
