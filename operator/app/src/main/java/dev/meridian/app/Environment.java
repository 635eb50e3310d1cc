package dev.meridian.app;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Each option that is not given is taken from the environment: {@code --libvirt-uri} from {@code MERIDIAN_LIBVIRT_URI}.
 * A variable without text is none: a manifest leaves it so where its value is.
 *
 * @param variables the value of a variable, null of one that is not set
 */
record Environment(UnaryOperator<@Nullable String> variables) implements IDefaultValueProvider {
    private static final String PREFIX = "MERIDIAN_";

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? variable(option)
                        .map(variables)
                        .filter(value -> !value.isBlank())
                        .orElse(null)
                : null;
    }

    /** Empty of {@code --help} and {@code --version}. */
    static Optional<String> variable(OptionSpec option) {
        return option.usageHelp() || option.versionHelp()
                ? Optional.empty()
                : Optional.of(PREFIX
                        + option.longestName()
                                .substring("--".length())
                                .replace('-', '_')
                                .toUpperCase(Locale.ROOT));
    }
}
