package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request from the node to the address that its network leased to the machine. */
public record HttpGetProbe(
        @Required @Min(1) @Max(65535) Integer port,

        @JsonPropertyDescription("Path and query: printable ASCII without spaces.")
        @Default("/")
        @Pattern("^/[!-~]*$")
        @Size(max = 1024)
        @Nullable
        String path,

        @JsonPropertyDescription("With HTTPS the guest's certificate is not checked.") @Default("HTTP") @Nullable
        HttpScheme scheme,

        @Size(max = 16) @Nullable List<HttpHeader> httpHeaders) {}
