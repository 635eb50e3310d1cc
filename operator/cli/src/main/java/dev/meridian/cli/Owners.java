package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/** Who else has written a field: a GitOps controller puts back what its repository says. */
final class Owners {
    private Owners() {}

    /** Field managers other than this program, by metadata.managedFields. */
    static List<String> of(JsonNode object, String field) {
        return StreamSupport.stream(object.at("/metadata/managedFields").spliterator(), false)
                .filter(entry -> !entry.path("manager").asText().equals(Cluster.FIELD_MANAGER))
                .filter(entry -> entry.path("subresource").asText().isEmpty())
                .filter(entry -> entry.path("fieldsV1").path("f:spec").has("f:" + field))
                .map(entry -> entry.path("manager").asText())
                .distinct()
                .toList();
    }
}
