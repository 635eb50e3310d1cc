package dev.meridian.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code -o}. */
final class FormatFlag {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = Converter.class,
            description = "One of json, yaml, wide, name; left out: a table.")
    private Format format = Format.table;

    Format format() {
        return format;
    }

    private static final class Converter implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return Arrays.stream(Format.values())
                    .filter(format -> format != Format.table && format.name().equals(text))
                    .findFirst()
                    .orElseThrow(() -> Failure.error("--output: \"%s\" is no format; give one of %s"
                            .formatted(
                                    text,
                                    Arrays.stream(Format.values())
                                            .filter(format -> format != Format.table)
                                            .map(Enum::name)
                                            .collect(Collectors.joining(", ")))));
        }
    }
}
