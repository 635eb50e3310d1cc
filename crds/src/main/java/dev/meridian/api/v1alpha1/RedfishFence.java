package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A node as its management controller has it, by Redfish. */
@ValidationRule(
        value = "self.url.startsWith('https://') || !has(self.caBundle)",
        messageExpression = "'spec.fencing.redfish.caBundle: ' + self.url + ' shows no certificate; use https'")
public record RedfishFence(
        @JsonPropertyDescription("The node's ComputerSystem resource. By http, the credentials go in the clear.")
        @Required
        @Pattern("^https?://[A-Za-z0-9._~:\\[\\]-]+/[A-Za-z0-9._~:/@!$&'()*+,;=%-]*$")
        @Size(max = 1024)
        String url,

        @JsonPropertyDescription("Secret in meridian-system with username and password.") @Nullable
        SecretRef secretRef,

        @JsonPropertyDescription("Certificates in PEM that alone are trusted to vouch for the management controller.")
        @Size(max = 65536)
        @Nullable
        String caBundle,

        @JsonPropertyDescription(
                "The UUID that the ComputerSystem calls its own, where it is not libvirt's UUID of the host.")
        @Pattern("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
        @Size(max = 36)
        @Nullable
        String uuid) {}
