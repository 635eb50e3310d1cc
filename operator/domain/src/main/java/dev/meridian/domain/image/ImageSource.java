package dev.meridian.domain.image;

import dev.meridian.api.v1alpha1.HttpImage;
import dev.meridian.api.v1alpha1.OciImage;
import dev.meridian.api.v1alpha1.SecretRef;
import dev.meridian.api.v1alpha1.VirtualMachineImageSpec;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where an image comes from. */
public sealed interface ImageSource {
    /** A Secret, which only its namespace may use. */
    record SecretName(String namespace, String name) {}

    record Http(URI url, Optional<Checksum> checksum, Optional<String> caBundle, Optional<SecretName> secret)
            implements ImageSource {}

    /**
     * @param path of the file in the image; none: the only one
     * @param architecture as Go names it
     */
    record Oci(
            OciReference reference,
            Optional<String> path,
            String architecture,
            Optional<String> caBundle,
            Optional<SecretName> secret)
            implements ImageSource {}

    /** A file on the node, in a directory that is open to the namespace. */
    record NodeFile(String path) implements ImageSource {}

    /**
     * @param nodeArchitecture as Go names it
     * @throws IllegalArgumentException when a source is none, whatever let it past the schema
     */
    static ImageSource of(String namespace, VirtualMachineImageSpec spec, String nodeArchitecture) {
        if (spec.http() != null) {
            return http(namespace, spec.http());
        }
        if (spec.oci() != null) {
            return oci(namespace, spec.oci(), nodeArchitecture);
        }
        if (spec.hostPath() != null) {
            return new NodeFile(spec.hostPath().path());
        }
        throw new IllegalArgumentException("spec: no source; give one of http, oci and hostPath");
    }

    private static Http http(String namespace, HttpImage http) {
        var url = URI.create(http.url());
        if (url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException("spec.http.url: no host, or user information in it; use secretRef");
        }
        return new Http(
                url,
                Optional.ofNullable(http.checksum()).map(Checksum::parse),
                Optional.ofNullable(http.caBundle()),
                secret(namespace, http.secretRef()));
    }

    private static Oci oci(String namespace, OciImage oci, String nodeArchitecture) {
        return new Oci(
                OciReference.parse(oci.reference()),
                Optional.ofNullable(oci.path()),
                Optional.ofNullable(oci.architecture()).orElse(nodeArchitecture),
                Optional.ofNullable(oci.caBundle()),
                secret(namespace, oci.pullSecretRef()));
    }

    private static Optional<SecretName> secret(String namespace, @Nullable SecretRef ref) {
        return Optional.ofNullable(ref).map(r -> new SecretName(namespace, r.name()));
    }

    /** Whether the source says by itself what content it gives: nobody need be asked what it is now. */
    default boolean isPinned() {
        return switch (this) {
            case Http http -> http.checksum().isPresent();
            case Oci oci -> oci.reference().digest().isPresent();
            case NodeFile _ -> false;
        };
    }

    /** The credentials that the source is asked with. */
    default Optional<SecretName> credentials() {
        return switch (this) {
            case Http http -> http.secret();
            case Oci oci -> oci.secret();
            case NodeFile _ -> Optional.empty();
        };
    }

    /**
     * The same for sources that give the same content. What is not pinned depends on whom one trusts and on who asks.
     */
    default String key() {
        return switch (this) {
            case Http(var url, var checksum, var _, var _)
            when checksum.isPresent() ->
                key("http", url.toString(), checksum.get().toString());
            case Http(var url, var _, var ca, var secret) -> key("http", url.toString(), ca.orElse(""), key(secret));
            case Oci(var reference, var path, var architecture, var _, var _)
            when reference.digest().isPresent() -> key("oci", reference.toString(), path.orElse(""), architecture);
            case Oci(var reference, var path, var architecture, var ca, var secret) ->
                key("oci", reference.toString(), path.orElse(""), architecture, ca.orElse(""), key(secret));
            case NodeFile(var path) -> key("file", path);
        };
    }

    private static String key(Optional<SecretName> secret) {
        return secret.map(s -> s.namespace() + "/" + s.name()).orElse("");
    }

    /** No part can hold a line feed but the certificates, which end it. */
    private static String key(String... parts) {
        return Stream.of(parts).map(part -> part.length() + " " + part).collect(Collectors.joining("\n"));
    }
}
