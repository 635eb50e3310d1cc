package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code images}: images, and how far which node is with each. */
@Command(sortOptions = false)
final class ImagesCommand implements Callable<Integer> {
    private final Program program;

    @Parameters(arity = "0..1", paramLabel = "IMAGE", description = "Its name; left out: all.")
    private @Nullable String name;

    @Mixin
    private final ReadFlags read = new ReadFlags();

    @Mixin
    private final FormatFlag output = new FormatFlag();

    ImagesCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.cluster()) {
            var format = output.format();
            var objects = name == null
                    ? cluster.list(Kind.IMAGE, read.namespace(cluster), read.query())
                    : List.of(cluster.get(Kind.IMAGE, cluster.namespace(), name));
            switch (format) {
                case json, yaml ->
                    program.out().print(name == null ? format.all(objects) : format.one(objects.getFirst()));
                case name ->
                    objects.forEach(object -> program.say(
                            Kind.IMAGE.of(object.at("/metadata/name").asText())));
                case table, wide -> {
                    if (objects.isEmpty()) {
                        program.note(read.nothing(cluster));
                    } else {
                        program.out()
                                .print(table(
                                                objects,
                                                read.isOfAll(),
                                                format == Format.wide,
                                                program.clock().instant())
                                        .text());
                    }
                }
            }
            return 0;
        }
    }

    static Table table(List<JsonNode> images, boolean withNamespace, boolean isWide, Instant now) {
        var headings = new ArrayList<String>();
        if (withNamespace) {
            headings.add("NAMESPACE");
        }
        headings.addAll(List.of("NAME", "READY", "FORMAT", "SIZE", "NODE", "STATE", "PROGRESS", "AGE"));
        if (isWide) {
            headings.addAll(List.of("CHECKSUM", "MESSAGE"));
        }
        return new Table(
                headings,
                images.stream()
                        .flatMap(image -> rows(image, withNamespace, isWide, now))
                        .toList());
    }

    /** A row for each node that has to do with it. */
    private static Stream<List<String>> rows(JsonNode image, boolean withNamespace, boolean isWide, Instant now) {
        var status = Json.value(image.path("status"), VirtualMachineImageStatus.class)
                .orElse(VirtualMachineImageStatus.NONE);
        return status.nodes().isEmpty()
                ? Stream.of(row(image, status, Optional.empty(), withNamespace, isWide, now))
                : status.nodes().stream()
                        .map(node -> row(image, status, Optional.of(node), withNamespace, isWide, now));
    }

    private static List<String> row(
            JsonNode image,
            VirtualMachineImageStatus status,
            Optional<ImageNode> node,
            boolean withNamespace,
            boolean isWide,
            Instant now) {
        var row = new ArrayList<String>();
        if (withNamespace) {
            row.add(image.at("/metadata/namespace").asText());
        }
        row.add(image.at("/metadata/name").asText());
        row.add(status.conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(Condition::status)
                .map(Enum::name)
                .findFirst()
                .orElse("Unknown"));
        row.add(image.at("/spec/format").asText());
        row.add(Optional.ofNullable(status.size()).map(Object::toString).orElse(""));
        row.add(node.map(ImageNode::name).orElse(""));
        row.add(node.flatMap(at -> Optional.ofNullable(at.state()))
                .map(Enum::name)
                .orElse(""));
        row.add(node.flatMap(at -> Optional.ofNullable(at.progressPercent()))
                .map(percent -> percent + "%")
                .orElse(""));
        row.add(MachineView.age(image, now));
        if (isWide) {
            row.add(Optional.ofNullable(status.checksum()).orElse(""));
            row.add(node.flatMap(at -> Optional.ofNullable(at.message())).orElse(""));
        }
        return row;
    }
}
