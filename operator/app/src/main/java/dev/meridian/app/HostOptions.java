package dev.meridian.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all processes of a node have to agree on. */
final class HostOptions {
    @Option(
            names = "--node",
            required = true,
            defaultValue = "${env:NODE_NAME}",
            description = "The Kubernetes node (NODE_NAME).")
    private String node = "";

    @Option(
            names = "--run-dir",
            defaultValue = "/run/meridian",
            description =
                    "Directory of the host for locks, and where agent and guard find each other (default: ${DEFAULT-VALUE}).")
    private Path runDirectory = Path.of("/");

    String node() {
        return node;
    }

    Path runDirectory() {
        return runDirectory;
    }
}
