package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.Golden;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The folders of {@code placements}: a machine, its pods and facts in; the controller's next step out, with the pod or
 * the status that it writes. A folder's {@code machine.yaml} holds what differs from the machine that its
 * {@code situation.yaml} names: {@code placements/new.yaml}, {@code assigned.yaml}, {@code running.yaml}, ...
 */
class PlacementCasesTest {
    private static final Path CASES = Path.of("src/test/resources/placements");

    @TestFactory
    Stream<DynamicTest> stepIsAsInTheFolder() throws IOException {
        return folders(PlacementCasesTest::check);
    }

    @TestFactory
    Stream<DynamicTest> whatWasWrittenIsNotWrittenAgain() throws IOException {
        return folders(PlacementCasesTest::lookAgain);
    }

    @TestFactory
    Stream<DynamicTest> finalizerIsThereBeforeANodeHearsOfTheMachine() throws IOException {
        return folders(PlacementCasesTest::takeTheFinalizerAway);
    }

    private interface Check {
        void of(Path folder) throws IOException;
    }

    private static Stream<DynamicTest> folders(Check check) throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check.of(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        // given
        var view = facts(folder).view(applied(folder).machine());
        // when
        var step = PlacementPlanner.next(view);
        // then
        Golden.expect(folder.resolve("step.yaml"), Optional.of(text(step)));
        Golden.expect(folder.resolve("pod.yaml"), pod(step).map(Yaml::write));
    }

    private static void lookAgain(Path folder) throws IOException {
        // given
        var before = applied(folder);
        var step = PlacementPlanner.next(facts(folder).view(before.machine()));
        var after = step instanceof PlacementStep.WriteStatus(var status, var _)
                ? before.status(Meridian.CONTROLLER, status)
                : before;
        // when
        var next = PlacementPlanner.next(facts(folder).view(after.machine()));
        // then
        if (step instanceof PlacementStep.WriteStatus) {
            assertThat(next).isNotInstanceOf(PlacementStep.WriteStatus.class);
        } else {
            assertThat(text(next)).isEqualTo(text(step));
        }
    }

    private static void takeTheFinalizerAway(Path folder) throws IOException {
        // given
        var object = applied(folder);
        var vm = object.machine();
        vm.getMetadata().getFinalizers().clear();
        // when
        var step = PlacementPlanner.next(facts(folder).view(vm));
        // then
        if (vm.isMarkedForDeletion()) {
            assertThat(step).isEqualTo(new PlacementStep.Settled());
        } else {
            assertThat(step).isInstanceOfAny(PlacementStep.AddFinalizer.class, PlacementStep.CreatePod.class);
        }
    }

    private static Applied applied(Path folder) throws IOException {
        var facts = facts(folder);
        var tree = tree(CASES.resolve("new.yaml"));
        if (facts.machine() != null) {
            Yaml.merge(tree, tree(CASES.resolve(facts.machine() + ".yaml")));
        }
        var own = folder.resolve("machine.yaml");
        if (Files.exists(own)) {
            Yaml.merge(tree, tree(own));
        }
        return Applied.of(tree, facts.agents() == null ? Applied.Share.None : facts.agents());
    }

    private static ObjectNode tree(Path file) throws IOException {
        return (ObjectNode) Yaml.read(Files.readString(file), JsonNode.class);
    }

    private static PlacementFacts facts(Path folder) throws IOException {
        var file = folder.resolve("situation.yaml");
        return Yaml.read(Files.exists(file) ? Files.readString(file) : "{}", PlacementFacts.class);
    }

    private static Optional<Pod> pod(PlacementStep step) {
        return step instanceof PlacementStep.CreatePod(var pod) ? Optional.of(pod) : Optional.empty();
    }

    private static String text(PlacementStep step) {
        var all = (ObjectNode) Yaml.tree(Map.of("step", step.getClass().getSimpleName()));
        switch (step) {
            case PlacementStep.CreatePod(var pod) ->
                all.put("pod", pod.getMetadata().getName());
            case PlacementStep.DeletePod(var pod) -> all.put("pod", pod.name());
            case PlacementStep.DiscardPod(var pod, var refusal) ->
                all.put("pod", pod.name()).set("refusal", Yaml.tree(refusal));
            case PlacementStep.WriteStatus(var status, var events) -> {
                if (!events.isEmpty()) {
                    all.set("events", Yaml.tree(events));
                }
                all.set("status", Yaml.read(Golden.text(status), JsonNode.class));
            }
            case PlacementStep.WriteMigration(var migration, var status) ->
                all.put("migration", migration.getMetadata().getName())
                        .set("status", Yaml.read(Golden.text(Yaml.tree(status), status.conditions()), JsonNode.class));
            case PlacementStep.AddMigrationFinalizer(var migration) ->
                all.put("migration", migration.getMetadata().getName());
            case PlacementStep.RemoveMigrationFinalizer(var migration) ->
                all.put("migration", migration.getMetadata().getName());
            case PlacementStep.CreateMigration(var migration) -> all.set("migration", Yaml.tree(migration));
            case PlacementStep.DeleteMigration(var migration) ->
                all.put("migration", migration.getMetadata().getName());
            case PlacementStep.CreateBudget(var budget) -> all.set("budget", Yaml.tree(budget));
            case PlacementStep.DeleteBudget(var name) -> all.put("budget", name);
            case PlacementStep.Wait(var until) -> all.put("until", until.toString());
            case PlacementStep.AddFinalizer(),
                    PlacementStep.RemoveFinalizer(),
                    PlacementStep.DeleteMachine(),
                    PlacementStep.Settled() -> {}
        }
        return Yaml.write(all);
    }
}
