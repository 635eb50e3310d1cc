package dev.meridian.domain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.status.VirtualMachineStatuses;
import dev.meridian.domain.xml.DefinitionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
        // when
        var step = Planner.next(situation);
        var status = VirtualMachineStatuses.of(situation, step);
        // then
        var xml = xml(step);
        xml.ifPresent(LibvirtSchema::assertValid);
        Golden.expect(folder.resolve("domain.xml"), xml);
        Golden.expect(folder.resolve("step.yaml"), Optional.of(text(step)));
        Golden.expect(folder.resolve("status.yaml"), Optional.of(Golden.text(status)));
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
            case Step.Start(var xml, var _, var _, var _) -> Optional.of(xml);
            case Step.Remember(var xml, var _) -> Optional.of(xml);
            case Step.Rename(var _, var xml, var _) -> Optional.of(xml);
            case Step.Suspend(var xml, var _) -> Optional.of(xml);
            case Step.Resume(var xml, var _) -> Optional.of(xml);
            case Step.Reset(var xml, var _) -> Optional.of(xml);
            case Step.UpdateDevice(var _, var xml, var _) -> Optional.of(xml);
            case Step.ResizeDisk(var _, var _, var xml, var _) -> Optional.of(xml);
            case Step.PlugCpus(var _, var xml, var _) -> Optional.of(xml);
            case Step.PlugMemory(var _, var xml, var _) -> Optional.of(xml);
            case Step.PinCpus(var _, var xml, var _) -> Optional.of(xml);
            case Step.Migrate(var xml, var _, var _, var _, var _, var _, var _) -> Optional.of(xml);
            case Step.Settled _,
                    Step.Guard _,
                    Step.MakeDisk _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.RemoveFiles _,
                    Step.InFlight _,
                    Step.Wait _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.StartNetwork _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.ManagedSave _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.HandOver _,
                    Step.Release _ -> Optional.empty();
        };
    }

    /** What the definition says of where disks are, and its document. */
    private static Map<String, Object> disks(String xml) {
        var document = DefinitionReader.read(xml).document().map(MachineDocuments::read);
        return Map.of(
                "sources",
                xml.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("<source "))
                        .toList(),
                "disks",
                document.filter(MachineDocuments.Parsed.Document.class::isInstance)
                        .map(MachineDocuments.Parsed.Document.class::cast)
                        .orElseThrow()
                        .document()
                        .disks());
    }

    /** Without what {@code domain.xml} and {@code machine.yaml} say already. */
    private static String text(Step step) {
        if (step instanceof Step.Migrate(var _, var there, var noted, var to, var copies, var shared, var devices)) {
            var move = Objects.requireNonNull(noted.move());
            var migrate = new TreeMap<String, Object>(
                    Map.of("step", "Migrate", "move", move, "to", to.toString(), "copies", copies));
            if (!shared.isEmpty()) {
                migrate.put("shared", shared);
            }
            if (!devices.isEmpty()) {
                migrate.put("devices", devices);
                migrate.put("there", disks(there));
            }
            return Yaml.write(Yaml.tree(migrate));
        }
        if (step instanceof Step.AskTarget(var to)) {
            return Yaml.write(Yaml.tree(Map.of("step", "AskTarget", "to", to.toString())));
        }
        var fields = (ObjectNode) Yaml.tree(step);
        fields.remove("xml");
        if (step instanceof Step.Start) {
            Stream.of("files", "passed")
                    .filter(list -> fields.get(list).isEmpty())
                    .forEach(fields::remove);
        }
        if (fields.get("document") instanceof ObjectNode document) {
            document.remove(List.of("applied", "object", "cluster", "format"));
        }
        var all = (ObjectNode) Yaml.tree(Map.of("step", step.getClass().getSimpleName()));
        return Yaml.write(all.setAll(fields));
    }
}
