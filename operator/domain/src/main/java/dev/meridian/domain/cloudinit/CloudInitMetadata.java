package dev.meridian.domain.cloudinit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.domain.machine.Identity;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What cloud-init is told of the machine itself, as JSON, which is YAML too. */
final class CloudInitMetadata {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CloudInitMetadata() {}

    static byte[] noCloud(Identity machine, List<String> keys) {
        var data = new LinkedHashMap<String, Object>();
        data.put("instance-id", machine.uid().toString());
        data.put("local-hostname", machine.name());
        if (!keys.isEmpty()) {
            data.put("public-keys", keys);
        }
        return utf8(data);
    }

    static byte[] configDrive(Identity machine, List<String> keys) {
        var data = new LinkedHashMap<String, Object>();
        data.put("uuid", machine.uid().toString());
        data.put("hostname", machine.name());
        data.put("name", machine.name());
        if (!keys.isEmpty()) {
            var named = new LinkedHashMap<String, String>();
            keys.forEach(key -> named.put("key-" + named.size(), key));
            data.put("public_keys", named);
        }
        return utf8(data);
    }

    private static byte[] utf8(Map<String, Object> data) {
        try {
            return (JSON.writeValueAsString(data) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }
}
