package dev.meridian.domain.machine;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.UUID;

/** Which object a machine is. */
public record Identity(String namespace, String name, UUID uid) {
    public static Identity of(ObjectMeta metadata) {
        return new Identity(metadata.getNamespace(), metadata.getName(), UUID.fromString(metadata.getUid()));
    }

    /** Name of the domain. Neither part can hold an underscore, so it is unique. */
    public String domainName() {
        return namespace + "_" + name;
    }

    /** What a Node that runs inside the machine carries. */
    public String providerId() {
        return "meridian://" + namespace + "/" + name + "/" + uid;
    }
}
