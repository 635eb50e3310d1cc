package dev.meridian.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/** An object as a patch names it: nothing of it but what the controller writes. */
final class AppliedObject {
    private AppliedObject() {}

    /** The object of that uid; a later one of the same name is another. */
    static Map<String, Object> identity(HasMetadata object) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", object.getMetadata().getName());
        metadata.put("namespace", object.getMetadata().getNamespace());
        metadata.put("uid", object.getMetadata().getUid());
        return metadata;
    }

    static Map<String, Object> document(HasMetadata object, Map<String, Object> metadata) {
        var document = new LinkedHashMap<String, Object>();
        document.put("apiVersion", object.getApiVersion());
        document.put("kind", object.getKind());
        document.put("metadata", metadata);
        return document;
    }
}
