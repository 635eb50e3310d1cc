package dev.meridian.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;

/** What commands have to work with. */
record Program(
        PrintWriter out, PrintWriter err, InstantSource clock, Map<String, String> environment, ConnectionFlags flags) {
    Cluster cluster() {
        return Cluster.open(flags.connection(environment));
    }

    void say(String text) {
        out.println(Table.plain(text));
        out.flush();
    }

    /** Beside what was asked for. */
    void note(String text) {
        err.println(Table.plain(text));
        err.flush();
    }
}
