package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Strings that mean harm, in every field that takes one: none becomes more than a value. */
@Shared
class HostileStringE2E {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int FEW = 4;
    private static final Set<String> UNDER_WAY = Set.of("Starting", "Scheduling");
    private static final Map<String, String> HOSTILE = Map.of(
            "markup", "a\"'/><devices><evil a=\"b\"/></devices>&amp;]]><!--",
            "control", "a\u0001b",
            "nul", "a\u0000b",
            "lines", "a\nb\r\nc",
            "traversal", "../../../../etc/shadow",
            "huge", "a".repeat(1 << 20));

    private static Machines machines;
    private static Schema schema;
    private static JsonNode filled;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "hostile");
        schema = Schema.of(machines.client, "virtualmachines");
        filled = JSON.objectNode().set("spec", schema.filledSpec());
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    /** All on one node: what a definition has beside the spec's values may be another one on another. */
    private record Attempt(String machine, Schema.Place place, String kind, String value) {
        Manifest manifest() {
            var manifest = Manifest.parse(machines.manifest(
                    machine, """
                      stopMode: Hard
                      nodeSelector: {kubernetes.io/hostname: %s}
                    """.formatted(machines.testbed.nodes().getFirst().name())));
            place.put(manifest.document(), filled, JSON.textNode(value));
            return manifest;
        }
    }

    @Test
    void hostileStringIsRefusedOrToldOrStaysAValueOfTheDomain() {
        // given
        var places = schema.places().stream().filter(Schema.Place::isString).toList();
        var attempts = new ArrayList<Attempt>();
        places.forEach(place ->
                HOSTILE.forEach((kind, value) -> attempts.add(new Attempt("h" + attempts.size(), place, kind, value))));

        // when
        var taken = attempts.stream()
                .filter(attempt -> attempt.manifest()
                        .dryRun(machines.client, machines.namespace)
                        .isEmpty())
                .toList();

        // then
        System.out.printf(
                "%d string fields, %d hostile manifests, of which the API server takes %d%n",
                places.size(), attempts.size(), taken.size());
        assertThat(places).hasSizeGreaterThan(20);
        for (var i = 0; i < taken.size(); i += FEW) {
            var batch = taken.subList(i, Math.min(taken.size(), i + FEW));
            batch.forEach(attempt -> assertThat(attempt.manifest().create(machines.client, machines.namespace))
                    .isEmpty());
            batch.forEach(HostileStringE2E::endsWell);
        }
    }

    private static void endsWell(Attempt attempt) {
        var shape = outcome(attempt);
        System.out.printf(
                "%s of %s: %s%n", attempt.kind(), attempt.place().name(), shape.isPresent() ? "defined" : "told");
        if (shape.isPresent()) {
            var benign = new Attempt("b" + attempt.machine(), attempt.place(), "benign", "a");
            assertThat(benign.manifest().create(machines.client, machines.namespace))
                    .isEmpty();
            assertThat(shape).as(attempt.toString()).isEqualTo(outcome(benign));
        }
    }

    /** The shapes of the domain, running and defined; none when a condition says why there is no domain. */
    private static Optional<List<DomainShape>> outcome(Attempt attempt) {
        var name = attempt.machine();
        var vm = machines.await(name, "defined or refused", m -> isUp(m) || isTold(m));
        var shapes = isUp(vm)
                ? Optional.of(List.of(shape(name), shape(name, "--inactive")))
                : Optional.<List<DomainShape>>empty();
        machines.delete(name);
        return shapes;
    }

    private static DomainShape shape(String name, String... options) {
        var command = new ArrayList<>(List.of("dumpxml", machines.domain(name)));
        command.addAll(List.of(options));
        return DomainShape.of(machines.testbed
                .virsh(machines.nodeOf(name), command.toArray(String[]::new))
                .orFail());
    }

    private static boolean isUp(VirtualMachine vm) {
        var power = Machines.status(vm).power();
        return power != null && power.state() == PowerState.Running;
    }

    private static boolean isTold(VirtualMachine vm) {
        return Machines.condition(vm, "Ready")
                .filter(c -> c.status() == ConditionStatus.False && !UNDER_WAY.contains(c.reason()))
                .isPresent();
    }
}
