package dev.meridian.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Where a process of ours is to be asked how it is. */
record ManagementAddress(String text, InetSocketAddress socket) {
    static final String OPTION = "--management-address";
    static final String FORM = "HOST:PORT";
    static final String DESCRIPTION =
            "Where /livez, /readyz, /healthz and /metrics are served (default: ${DEFAULT-VALUE}).";

    /** Filled by the command line, which has a default. */
    static final ManagementAddress NONE = new ManagementAddress("", new InetSocketAddress(0));

    /** Told in picocli's words, as every other wrong option. */
    ManagementServer listen(CommandSpec command) {
        try {
            return ManagementServer.start(socket);
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), "%s %s: %s".formatted(OPTION, text, e.getMessage()), e);
        }
    }

    /** Reads {@code 0.0.0.0:9440} and {@code [::1]:9440}. */
    static final class Converter implements ITypeConverter<ManagementAddress> {
        private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[^:\\[\\]]+):(\\d{1,5})");

        @Override
        public ManagementAddress convert(String text) {
            var matcher = HOST_AND_PORT.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
                throw new TypeConversionException("'%s' is not %s".formatted(text, FORM));
            }
            var socket = new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
            if (socket.isUnresolved()) {
                throw new TypeConversionException("'%s' has no address".formatted(matcher.group(1)));
            }
            return new ManagementAddress(text, socket);
        }
    }
}
