package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.status.VirtualMachineStatuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The folders of {@code cases}: a manifest and a situation in; the definition, the next step and the status out. A
 * folder without {@code machine.yaml} is about {@code cases/machine.yaml}. {@code -Dcases.write=true} writes what comes
 * out as what is expected, for review in the diff.
 */
class CasesTest {
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final boolean WRITE = Boolean.getBoolean("cases.write");

    @TestFactory
    Stream<DynamicTest> domainStepAndStatusAreAsInTheFolder() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        // given
        var manifest = Yaml.read(Files.readString(manifest(folder)), VirtualMachine.class);
        var situation = facts(folder).situation(manifest);
        var before = Optional.ofNullable(manifest.getStatus())
                .orElse(new VirtualMachineStatus(
                        null, null, List.of(), null, null, null, null, null, null, List.of(), List.of(), null));
        // when
        var step = Planner.next(situation);
        var status = VirtualMachineStatuses.of(before, situation, step);
        // then
        var xml = xml(step);
        xml.ifPresent(LibvirtSchema::assertValid);
        expect(folder.resolve("domain.xml"), xml);
        expect(folder.resolve("step.yaml"), Optional.of(text(step)));
        expect(folder.resolve("status.yaml"), Optional.of(text(status)));
    }

    private static Path manifest(Path folder) {
        var own = folder.resolve("machine.yaml");
        return Files.exists(own) ? own : CASES.resolve("machine.yaml");
    }

    private static CaseFacts facts(Path folder) throws IOException {
        var file = folder.resolve("situation.yaml");
        return Yaml.read(Files.exists(file) ? Files.readString(file) : "{}", CaseFacts.class);
    }

    private static Optional<String> xml(Step step) {
        return switch (step) {
            case Step.Start(var xml, var _) -> Optional.of(xml);
            case Step.Remember(var xml, var _) -> Optional.of(xml);
            case Step.Settled _,
                    Step.InFlight _,
                    Step.Wait _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.StartNetwork _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.HandOver _,
                    Step.Release _ -> Optional.empty();
        };
    }

    /** Without what {@code domain.xml} and {@code machine.yaml} say already. */
    private static String text(Step step) {
        var fields = (ObjectNode) Yaml.tree(step);
        fields.remove("xml");
        if (fields.get("document") instanceof ObjectNode document) {
            document.remove(List.of("applied", "object", "cluster", "format"));
        }
        var all = (ObjectNode) Yaml.tree(Map.of("step", step.getClass().getSimpleName()));
        return Yaml.write(all.setAll(fields));
    }

    /** Each condition in one line; their times are the matter of {@code ConditionsTest}. */
    private static String text(VirtualMachineStatus status) {
        var fields = (ObjectNode) Yaml.tree(status);
        var conditions = fields.putObject("conditions");
        status.conditions()
                .forEach(c -> conditions.put(
                        c.type(),
                        "%s %s %s"
                                .formatted(c.status(), c.reason(), c.message())
                                .strip()));
        return Yaml.write(fields);
    }

    private static void expect(Path file, Optional<String> actual) throws IOException {
        if (WRITE) {
            if (actual.isPresent()) {
                Files.writeString(file, actual.get());
            } else {
                Files.deleteIfExists(file);
            }
        }
        var expected = Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.<String>empty();
        assertThat(actual).as("%s (-Dcases.write=true writes it)", file).isEqualTo(expected);
    }
}
