package dev.meridian.domain.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a registry has under a reference, as OCI's image specification and Docker's before it write it. */
public sealed interface OciManifest {
    /** What a registry is asked for. */
    String MEDIA_TYPES = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    /** An image of several architectures. */
    record Index(List<Variant> variants) implements OciManifest {
        public Optional<Checksum> of(String architecture) {
            return variants.stream()
                    .filter(variant -> variant.architecture().equals(architecture))
                    .map(Variant::digest)
                    .findFirst();
        }

        public String architectures() {
            return variants.stream().map(Variant::architecture).distinct().collect(Collectors.joining(", "));
        }
    }

    record Variant(String architecture, Checksum digest) {}

    record Image(List<Layer> layers) implements OciManifest {}

    /** @param title the file's name, where an artifact says it */
    record Layer(String mediaType, Checksum digest, long bytes, Optional<String> title) {
        private static final Set<String> TARS = Set.of(
                "application/vnd.oci.image.layer.v1.tar",
                "application/vnd.oci.image.layer.v1.tar+gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                "application/vnd.docker.image.rootfs.diff.tar",
                "application/vnd.docker.image.rootfs.diff.tar.gzip");

        /** Whether the file lies in a tar file. An artifact's file has a title and lies there as it is. */
        public boolean isTar() {
            return title.isEmpty() && TARS.contains(mediaType);
        }

        public boolean isGzip() {
            return mediaType.endsWith("gzip");
        }

        boolean isUnreadableTar() {
            return title.isEmpty() && mediaType.contains(".tar") && !isTar();
        }
    }

    /** Where in an image the file may be. */
    sealed interface Place {
        /** It is the layer. */
        record Blob(Layer layer) implements Place {}

        /** It is in one of them; what is later in an image hides what was before, so the last comes first. */
        record Tars(List<Layer> layers) implements Place {}

        record Nowhere(String why) implements Place {}
    }

    /** @throws IllegalArgumentException when the text is no manifest; the message completes "it ..." */
    static OciManifest parse(String json) {
        try {
            var root = new ObjectMapper().readTree(json);
            if (root.path("manifests").isArray()) {
                return new Index(elements(root.path("manifests"))
                        .filter(m -> m.at("/platform/os").asText("linux").equals("linux"))
                        .map(m -> new Variant(m.at("/platform/architecture").asText(), digest(m)))
                        .toList());
            }
            if (root.path("layers").isArray()) {
                return new Image(elements(root.path("layers"))
                        .map(layer -> new Layer(
                                layer.path("mediaType").asText(),
                                digest(layer),
                                layer.path("size").asLong(),
                                Optional.ofNullable(layer.path("annotations")
                                        .path("org.opencontainers.image.title")
                                        .textValue())))
                        .toList());
            }
        } catch (JsonProcessingException _) {
            throw new IllegalArgumentException("is no JSON");
        }
        throw new IllegalArgumentException("has neither layers nor manifests");
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Checksum digest(JsonNode descriptor) {
        return Checksum.parse(descriptor.path("digest").asText());
    }

    /** @param path of the file; none: the only one */
    static Place place(Image image, Optional<String> path) {
        var files = image.layers().stream()
                .filter(layer -> !layer.isTar() && !layer.isUnreadableTar())
                .toList();
        if (path.isPresent()) {
            var titled =
                    files.stream().filter(layer -> layer.title().equals(path)).findFirst();
            if (titled.isPresent()) {
                return new Place.Blob(titled.get());
            }
        }
        var tars = image.layers().reversed().stream().filter(Layer::isTar).toList();
        if (!tars.isEmpty()) {
            return new Place.Tars(tars);
        }
        var unreadable = image.layers().stream().filter(Layer::isUnreadableTar).findFirst();
        if (unreadable.isPresent()) {
            return new Place.Nowhere("has layers of type %s; compress them with gzip"
                    .formatted(unreadable.get().mediaType()));
        }
        if (path.isEmpty() && files.size() == 1) {
            return new Place.Blob(files.getFirst());
        }
        return new Place.Nowhere(
                path.isPresent()
                        ? "has no file %s".formatted(path.get())
                        : "has %d files, not one; name it in spec.oci.path".formatted(files.size()));
    }
}
