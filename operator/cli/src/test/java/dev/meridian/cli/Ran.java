package dev.meridian.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** What a command line said, and how it ended. */
record Ran(int code, String out, String err) {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static Ran run(Map<String, String> environment, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var code = Main.run(
                new Program(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        InstantSource.fixed(NOW),
                        environment,
                        new ConnectionFlags()),
                arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    /** Where no cluster is known. */
    static Ran run(String... arguments) {
        return run(Map.of("HOME", "/nowhere"), arguments);
    }
}
