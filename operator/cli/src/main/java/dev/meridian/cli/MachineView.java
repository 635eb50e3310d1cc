package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.Toleration;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A VirtualMachine as it was read: of its spec only what is asked for is looked at. */
record MachineView(JsonNode object, VirtualMachineStatus status) {
    static MachineView of(JsonNode object) {
        return new MachineView(
                object,
                Json.value(object.path("status"), VirtualMachineStatus.class).orElse(VirtualMachineStatus.NONE));
    }

    String name() {
        return object.at("/metadata/name").asText();
    }

    String namespace() {
        return object.at("/metadata/namespace").asText();
    }

    String spec(String pointer) {
        return object.path("spec").at(pointer).asText();
    }

    /** The default is the CRD's, which the API server fills in. */
    RunStrategy strategy() {
        return Arrays.stream(RunStrategy.values())
                .filter(strategy -> strategy.name().equals(spec("/runStrategy")))
                .findFirst()
                .orElse(RunStrategy.Always);
    }

    EvictionStrategy evictionStrategy() {
        return Arrays.stream(EvictionStrategy.values())
                .filter(strategy -> strategy.name().equals(spec("/evictionStrategy")))
                .findFirst()
                .orElse(EvictionStrategy.LiveMigrateIfPossible);
    }

    List<Toleration> tolerations() {
        return StreamSupport.stream(object.at("/spec/tolerations").spliterator(), false)
                .flatMap(toleration -> Json.value(toleration, Toleration.class).stream())
                .toList();
    }

    /** Its spec names the node on which it is. */
    boolean isPinned() {
        var node = spec("/nodeName");
        return !node.isEmpty() && node.equals(object.at("/status/nodeName").asText());
    }

    boolean isPaused() {
        return object.at("/spec/paused").asBoolean();
    }

    PowerVerbs requested() {
        return Json.value(object.at("/spec/power"), PowerVerbs.class).orElse(PowerVerbs.NONE);
    }

    PowerVerbs handled() {
        return power().map(Power::handled).orElse(PowerVerbs.NONE);
    }

    /** A verb was asked for that nobody has acted on yet. */
    boolean isAsked() {
        return Stream.of(Verb.values())
                .anyMatch(verb -> verb.pending(requested(), handled()).isPresent());
    }

    Optional<Power> power() {
        return Optional.ofNullable(status.power());
    }

    PowerState powerState() {
        return power().map(Power::state).orElse(PowerState.Off);
    }

    boolean isUp() {
        return switch (powerState()) {
            case Running, Paused, Unknown -> true;
            case Off -> false;
        };
    }

    Optional<Condition> condition(String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** The status tells of this spec. */
    boolean isObserved() {
        var generation = object.at("/metadata/generation").asLong();
        return status.observedGeneration() != null && status.observedGeneration() >= generation;
    }

    String state() {
        return Optional.ofNullable(status.printableStatus()).orElse("Pending");
    }

    Optional<String> address() {
        return status.interfaces().stream()
                .flatMap(nic -> nic.addresses().stream())
                .findFirst();
    }

    long cpus() {
        return Stream.of("/cpu/sockets", "/cpu/cores", "/cpu/threads")
                .mapToLong(part -> object.path("spec").at(part).asLong(1))
                .reduce(1, Math::multiplyExact);
    }

    String age(Instant now) {
        return age(object, now);
    }

    static String age(JsonNode object, Instant now) {
        return Verb.time(object.at("/metadata/creationTimestamp").asText())
                .map(made -> Durations.age(Duration.between(made, now)))
                .orElse("<unknown>");
    }
}
