package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** An image in an OCI registry: a disk in the directory disk of a container image, or an artifact of one file. */
public record OciImage(
        @JsonPropertyDescription("registry/repository with :tag, @sha256:digest, or both.")
        @Required
        @Pattern(
                "^[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$")
        @Size(max = 512)
        @ValidationRule(
                value = "self.split('/')[0].contains('.') || self.split('/')[0].contains(':')",
                messageExpression = "'spec.oci.reference: ' + self + ' names no registry; begin with its host,"
                        + " as registry.example.org/images/debian:12'")
        String reference,

        @JsonPropertyDescription(
                "The file in the image. Left out: the only one in disk/, or the artifact's only layer.")
        @Pattern("^[A-Za-z0-9._@:=+~-]+(/[A-Za-z0-9._@:=+~-]+)*$")
        @Size(max = 1024)
        @Nullable
        String path,

        @JsonPropertyDescription("Which of an index' images, as Go names architectures. Left out: the node's own.")
        @Pattern("^[a-z0-9]+$")
        @Size(max = 32)
        @Nullable
        String architecture,

        @JsonPropertyDescription("Certificates in PEM that alone are trusted to vouch for the registry.")
        @Size(max = 65536)
        @Nullable
        String caBundle,

        @JsonPropertyDescription("Secret of type kubernetes.io/dockerconfigjson, or with username and password.")
        @Nullable
        SecretRef pullSecretRef) {}
