package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** How guests go from and to nodes as they run. */
public record MigrationChoice(
        @JsonPropertyDescription(
                "Whose the certificates are that libvirt and QEMU show other nodes. Host: they lie on the"
                        + " nodes already. Issued: agents ask the cluster for them, and lay and renew them.")
        @Default("Host")
        @Nullable
        MigrationTls tls) {}
